// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What expansions of the macros call. Not for users: it changes without notice.

pub use crate::memo::{
    Arg, Args, ByValue, DimSig, DonateTree, Donated, FixHost, Fixed, Float, In, Memo, Param, Signature, State, call, lower,
};

pub use crate::control::{
    Choose, Condition, GraphBranch, HoldNothing, HoldRows, HoldTree, HostBranch, Never, Pattern, Probe, Repeat, Returns, SeeTree, Slot, branch, choice,
    repeat, returns, BreakOfHostLoop, OtherLoop, ReturnOfClosure, ReturnOfLoop, break_of_host_loop, other_loop, return_of_closure, return_of_loop,
};
pub use crate::{__enter as enter, __leave as leave, __on as on, __take as take, __test as test};

use crate::{Error, Result, Tensor, trace};
use gomlx_ir::{Code, Diagnostic, Element};

/// Comparisons, logic and arithmetic that dispatch by type.
pub mod ops {
    pub use crate::ops::{add, and, div, eq, ge, gt, le, lt, mul, ne, not, or, rem, sub};
}

/// Fields of trees.
pub mod tree {
    pub use crate::tree::{map_field, visit_field, visit_field_mut};
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

/// Checks a result against the dims of the signature.
#[track_caller]
pub fn check_result<T: Element>(function: &'static str, result: &Tensor<T>, dims: &[usize], written: &'static str) {
    if result.dims() != dims && !result.any.is_poisoned() {
        trace::fail(Diagnostic::new(
            Code::Signature,
            format!("{function}: the result is {}, but the signature says {}[{written}], which is {dims:?} here", result.any, T::DTYPE),
        ));
    }
}

/// A condition of the host.
#[diagnostic::on_unimplemented(
    message = "this condition must be a `bool` of the host, not `{Self}`",
    label = "only known when the graph runs",
    note = "a `let` in a condition and a guard of a `match` are the host's; use a nested `if` for a tensor"
)]
pub trait HostCondition {
    /// The condition.
    fn holds(self) -> bool;
}

impl HostCondition for bool {
    fn holds(self) -> bool {
        self
    }
}

/// A condition that must be one of the host.
pub fn host_condition<C: HostCondition>(condition: C) -> bool {
    condition.holds()
}
