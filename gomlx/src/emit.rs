// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One op on tensors: recorded during a trace, run at once outside.

use gomlx_ir::Location;

use crate::eager;
use crate::tensor::AnyTensor;
use crate::trace;
pub(crate) use crate::trace::Node;

/// Applies an op that has one result.
///
/// # Panics
/// Outside a trace, if the op cannot take the operands or fails.
#[track_caller]
pub(crate) fn emit_one(node: impl Into<Node>, operands: &[&AnyTensor]) -> AnyTensor {
    emit(node.into(), operands).swap_remove(0)
}

/// Applies an op.
///
/// # Panics
/// Outside a trace, if the op cannot take the operands or fails.
#[track_caller]
pub(crate) fn emit(node: Node, operands: &[&AnyTensor]) -> Vec<AnyTensor> {
    let location = Location::caller();
    if trace::active() {
        return trace::with(|t| t.record(&node, operands, &location));
    }
    match eager::run(&node, operands, &location) {
        Ok(results) => results,
        Err(error) => panic!("{error}"),
    }
}
