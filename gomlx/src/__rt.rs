// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The functions and types that expansions of the macros name. They are not for users, and change without notice.

pub use crate::call::{
    Arg, Args, ByValue, DonateTree, Donated, FixHost, Fixed, Float, In, Lowering, Memo, MemoCell, Param, State, donated, input, invoke,
    lowered, lowering, state,
};

pub use crate::control::{
    BreakOfHostLoop, Choose, Condition, ErrorOfBranch, GraphBranch, HoldNothing, HoldRows, HoldTree, HostBranch, Never, OtherLoop, Probe,
    Repeat, ReturnOfClosure, ReturnOfLoop, Returns, SeeTree, Slot, between, branch, break_of_host_loop, choice, error_of_branch,
    other_loop, repeat, return_of_closure, return_of_loop, returns, through,
};
pub use crate::debug::debug;
pub use crate::{__enter as enter, __leave as leave, __on as on, __symbol as symbol, __take as take, __test as test};

use crate::{Error, Result};

/// Comparisons, logic and arithmetic on tensors or on host values, by type.
pub mod ops {
    pub use crate::ops::{add, and, div, eq, ge, gt, le, lt, mul, ne, not, or, rem, sub};
}

/// The result of a call, or a panic with the rendered error at the caller.
#[track_caller]
pub fn unwrap<T>(result: Result<T>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => fail(&error),
    }
}

#[track_caller]
fn fail(error: &Error) -> ! {
    panic!("{error}")
}

/// Stops the build if a symbol of a signature is the name of a constant too.
///
/// # Panics
/// If `fresh` is false. It is called in constants only.
#[track_caller]
pub const fn is_fresh(fresh: bool, message: &str) {
    assert!(fresh, "{}", message);
}

/// A condition that must be a `bool` of the host.
#[diagnostic::on_unimplemented(
    message = "this condition must be a `bool` of the host, not `{Self}` [E0106]",
    label = "only known when the graph runs",
    note = "an `assert!`, a `let` in a condition and a guard of a `match` are the host's: use a nested `if` for a tensor, `gomlx::debug!` to look at it"
)]
pub trait HostCondition {
    /// The condition.
    fn holds(self) -> bool;
}

#[diagnostic::do_not_recommend]
impl HostCondition for bool {
    fn holds(self) -> bool {
        self
    }
}

/// The value of a condition that must be a `bool` of the host.
pub fn host_condition<C: HostCondition>(condition: C) -> bool {
    condition.holds()
}
