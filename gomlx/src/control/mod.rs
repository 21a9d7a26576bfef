// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Control flow that `#[graph]` makes of `if`, `match`, `while`, `for .. in rolled(..)` and early exits.
//!
//! An expanded construct is the construct itself, driven by an object whose type its condition chooses. On a `bool` the
//! object lets Rust's own control flow run once, as written. On a `Tensor<bool>` it runs the same code once for each
//! region: every branch, and the condition and the body of a loop, are traced once. The variables ([`Slot`]) are reset
//! before each region. `gomlx_ir::compose::control` makes one `if`, `case` or `while` of what the regions leave in
//! them.
//!
//! Invariant: code for a trace alone follows a call of `graph()`, whose type has no values for host conditions. rustc
//! therefore takes that code for unreachable there, and checks moves, borrows and exits of host code as if it did not
//! exist.

mod branch;
mod choose;
mod condition;
mod exits;
mod host;
mod macros;
mod merge;
mod repeat;
mod rolled;
mod rows;
mod slot;
mod step;
mod value;

pub use branch::{GraphBranch, HostBranch};
pub use choose::{Choose, choice};
pub use condition::{Condition, branch};
pub use exits::{Returns, returns};
use gomlx_ir::compose::Stop;
use gomlx_ir::{Code, Diagnostic, Location, ValueId};
pub use host::{
    BreakOfHostLoop, ErrorOfBranch, OtherLoop, ReturnOfClosure, ReturnOfLoop, break_of_host_loop, error_of_branch, other_loop,
    return_of_closure, return_of_loop,
};
pub use repeat::{Repeat, repeat};
pub use rolled::{Rolled, between, rolled, through};
pub use rows::Rows;
pub use slot::{HoldNothing, HoldRows, HoldTree, Probe, SeeTree, Slot};

use crate::{AnyTensor, trace};

/// The graph of a host condition. There is none, so the type has no values.
#[derive(Clone, Copy, Debug)]
pub enum Never {}

/// The result of a composition. A mistake ends the trace.
#[track_caller]
fn settle<T>(result: Result<T, Stop>, location: &Location) -> T {
    match result {
        Ok(value) => value,
        Err(Stop::Wrong(error)) => trace::fail(error.at(Some(location))),
        Err(Stop::Unknown) => trace::fail(Diagnostic::new(Code::Graph, "a size of a traced tensor is not known").at(Some(location))),
    }
}

/// The value of a tensor in this thread's trace. A tensor that stands for a mistake ends the trace, which has the
/// mistake already.
#[track_caller]
fn value_of(tensor: &AnyTensor, location: &Location) -> ValueId {
    match trace::with(|t| t.value(tensor)) {
        Ok(Some(value)) => value,
        Ok(None) => trace::abort(),
        Err(error) => trace::fail(error.at(Some(location))),
    }
}
