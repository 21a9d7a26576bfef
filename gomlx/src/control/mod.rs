// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Control flow that `#[graph]` makes of `if`, `match`, `while`, `for .. in rolled(..)` and early exits.
//!
//! The expansion of a construct is the construct itself, driven by an object that its condition chooses by type. On a
//! `bool` the object lets Rust's own control flow run once, as written. On a `Tensor<bool>` it makes the same code run
//! once per region: each branch, the condition and the body of a loop are traced once, on variables ([`Slot`]) that
//! are reset before each, and what they leave in the variables becomes the results of one `if`, `case` or `while`.
//!
//! Invariant: what belongs to a trace alone follows a call of `graph()`, whose type is empty for host conditions. rustc
//! therefore takes it for unreachable there, and moves, borrows and exits of host code are checked as if it did not
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
pub use host::{
    BreakOfHostLoop, ErrorOfBranch, OtherLoop, ReturnOfClosure, ReturnOfLoop, break_of_host_loop, error_of_branch, other_loop,
    return_of_closure, return_of_loop,
};
pub use repeat::{Repeat, repeat};
pub use rolled::{Rolled, between, rolled, through};
pub use rows::Rows;
pub use slot::{HoldNothing, HoldRows, HoldTree, Probe, SeeTree, Slot};

/// What no value has.
#[derive(Clone, Copy, Debug)]
pub enum Never {}
