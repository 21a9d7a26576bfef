// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What expansions of the macros call. Not for users: it changes without notice.

pub use crate::call::{
    Arg, Args, ByValue, DonateTree, Donated, FixHost, Fixed, Float, In, Mode, Outcome, Param, State, donated, input, invoke, state,
};
pub use crate::memo::Memo;

pub use crate::control::{
    BreakOfHostLoop, Choose, Condition, ErrorOfBranch, GraphBranch, HoldNothing, HoldRows, HoldTree, HostBranch, Never, OtherLoop, Probe,
    Repeat, ReturnOfClosure, ReturnOfLoop, Returns, SeeTree, Slot, between, branch, break_of_host_loop, choice, error_of_branch,
    other_loop, repeat, return_of_closure, return_of_loop, returns, through,
};
pub use crate::debug::debug;
pub use crate::{__enter as enter, __leave as leave, __on as on, __symbol as symbol, __take as take, __test as test};

use crate::{Error, Result};

/// Comparisons, logic and arithmetic that dispatch by type.
pub mod ops {
    pub use crate::ops::{add, and, div, eq, ge, gt, le, lt, mul, ne, not, or, rem, sub};
}

/// Trees that are enums.
pub mod tree {
    pub use crate::tree::parts::variant;
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

/// Stops the build where a symbol of a signature is a constant too.
///
/// # Panics
/// If it is; called where constants are evaluated only.
#[track_caller]
pub const fn is_fresh(fresh: bool, message: &str) {
    assert!(fresh, "{}", message);
}

/// A condition of the host.
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

/// A condition that must be one of the host.
pub fn host_condition<C: HostCondition>(condition: C) -> bool {
    condition.holds()
}
