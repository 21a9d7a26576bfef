// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `f::lower(..)`: the graph of a call, which is not run.
//!
//! `lower` is `try_call` with a different request, and a request in each signature would make every graph function
//! generic. So the request is a mark of the thread: [`lowering`] sets it, the next [`invoke`](super::invoke) takes it
//! and leaves the graph instead of running it, and [`lowered`] picks the graph up.

use std::cell::{Cell, RefCell};

use gomlx_ir::{Code, Diagnostic};

use crate::inspect::Lowered;
use crate::{Error, Result};

thread_local! {
    /// Whether the next call leaves its graph.
    static ASKED: Cell<bool> = const { Cell::new(false) };
    /// The graph of the call that was asked.
    static GRAPH: RefCell<Option<Lowered>> = const { RefCell::new(None) };
}

/// The mark of a thread whose next call leaves its graph.
#[must_use]
pub struct Lowering(());

/// Asks the next call of a graph function on this thread for its graph.
pub fn lowering() -> Lowering {
    // On a thread that is ending, the call fails anyway, and says why.
    let _ = ASKED.try_with(|asked| asked.set(true));
    Lowering(())
}

/// The graph that a call has left after [`lowering`], or the call's error.
///
/// # Errors
/// If an argument does not match the signature or the graph is wrong.
pub fn lowered<R>(_: Lowering, call: Result<R>) -> Result<Lowered> {
    match (GRAPH.try_with(|graph| graph.borrow_mut().take()).ok().flatten(), call) {
        (Some(graph), _) => Ok(graph),
        (None, Err(error)) => Err(error),
        (None, Ok(_)) => Err(no_result()),
    }
}

/// Whether this call was asked for its graph; the next is not.
pub(super) fn take_asked() -> bool {
    ASKED.try_with(Cell::take).unwrap_or(false)
}

/// Leaves the graph. The error stands for the result, which the call does not have.
pub(super) fn leave(graph: Lowered) -> Error {
    let _ = GRAPH.try_with(|left| *left.borrow_mut() = Some(graph));
    no_result()
}

fn no_result() -> Error {
    Diagnostic::new(Code::Backend, "a call that was lowered has no result").into()
}
