// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Mistakes of the user's code while it is traced, or while its ops run outside a graph.
//!
//! In a trace, a mistake is noted and its result is a poisoned handle, which causes no further mistakes. So one trace
//! reports every mistake once. Outside a trace, a mistake is a panic.

use std::panic::resume_unwind;

use gomlx_ir::{Diagnostic, Location};

use super::{active, with};
use crate::tensor::AnyTensor;

/// The payload with which a thread unwinds when a trace cannot go on. The trace holds the errors.
struct Aborted;

/// Notes a mistake in this thread's trace and returns a poisoned handle with the shape of an operand. Without a trace,
/// panics with the mistake. If an operand is poisoned, nothing is noted: the mistake may follow from it.
#[track_caller]
pub(crate) fn mistake(operands: &[&AnyTensor], error: Diagnostic) -> AnyTensor {
    let error = error.at(Some(&Location::caller()));
    if !active() {
        panic!("{error}");
    }
    let poisoned = poison(operands);
    with(|t| {
        poisoned.unwrap_or_else(|| {
            t.error(error);
            t.poisoned(operands.first().copied())
        })
    })
}

/// The first poisoned operand, which is the result of any op on the operands.
pub(crate) fn poison(operands: &[&AnyTensor]) -> Option<AnyTensor> {
    operands.iter().find(|t| t.is_poisoned()).map(|&t| t.clone())
}

/// Notes a mistake in the use of operands, as [`mistake`] does, and unwinds to the end of the trace.
#[track_caller]
pub(crate) fn fail_on(operands: &[&AnyTensor], error: Diagnostic) -> ! {
    mistake(operands, error.at(Some(&Location::caller())));
    abort()
}

/// Notes a mistake in this thread's trace and unwinds to the end of the trace. Without a trace, panics with the
/// mistake.
#[track_caller]
pub(crate) fn fail(error: Diagnostic) -> ! {
    fail_on(&[], error)
}

/// Unwinds to the end of this thread's trace. The trace must have noted the reason.
pub(crate) fn abort() -> ! {
    resume_unwind(Box::new(Aborted))
}
