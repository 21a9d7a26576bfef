// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Conditions that must be `bool`s, since a graph cannot do what they decide. An expansion calls each function on the
//! condition with the span of the exit or error that it decides, so that rustc's error underlines both.

/// A `bool` that ends or skips steps of a loop that Rust runs.
#[diagnostic::on_unimplemented(
    message = "a tensor condition cannot end or skip the steps of a loop that Rust runs [E0106]",
    label = "a tensor: only known when the graph runs",
    note = "the loop is unrolled before the graph runs: write it as `while` with a tensor condition, or choose values with `if` and `select`"
)]
pub trait BreakOfHostLoop {}
#[diagnostic::do_not_recommend]
impl BreakOfHostLoop for bool {}
#[diagnostic::do_not_recommend]
impl BreakOfHostLoop for &bool {}

/// The condition of a `break` or `continue` of a loop that Rust runs.
pub fn break_of_host_loop<C: BreakOfHostLoop>(condition: C) -> C {
    condition
}

/// A `bool` that decides whether several loops, or a block, are left.
#[diagnostic::on_unimplemented(
    message = "a tensor condition cannot leave more than the innermost loop or a block [E0106]",
    label = "a tensor: only known when the graph runs",
    note = "keep in a tensor whether to go on, and test it in the conditions of the outer loops"
)]
pub trait OtherLoop {}
#[diagnostic::do_not_recommend]
impl OtherLoop for bool {}
#[diagnostic::do_not_recommend]
impl OtherLoop for &bool {}

/// The condition of a loop or `if` that a `break` or `continue` leaves for an outer loop.
pub fn other_loop<C: OtherLoop>(condition: C) -> C {
    condition
}

/// A `bool` that returns from a closure.
#[diagnostic::on_unimplemented(
    message = "a tensor condition cannot return from a closure [E0106]",
    label = "a tensor: only known when the graph runs",
    note = "let the closure end in an `if` and `else` with a value in each"
)]
pub trait ReturnOfClosure {}
#[diagnostic::do_not_recommend]
impl ReturnOfClosure for bool {}
#[diagnostic::do_not_recommend]
impl ReturnOfClosure for &bool {}

/// The condition of a `return` in a closure.
pub fn return_of_closure<C: ReturnOfClosure>(condition: C) -> C {
    condition
}

/// A `bool` that decides whether there is an error.
#[diagnostic::on_unimplemented(
    message = "a tensor condition cannot decide whether there is an error [E0106]",
    label = "a tensor: only known when the graph runs",
    note = "an error ends the trace, before any element is known: give a flag back beside the result, and look at it after the call"
)]
pub trait ErrorOfBranch {}
#[diagnostic::do_not_recommend]
impl ErrorOfBranch for bool {}
#[diagnostic::do_not_recommend]
impl ErrorOfBranch for &bool {}

/// The condition of a `return Err(..)`.
pub fn error_of_branch<C: ErrorOfBranch>(condition: C) -> C {
    condition
}

/// A `bool` of a loop that is left by `return`.
#[diagnostic::on_unimplemented(
    message = "a tensor loop cannot be left by `return` [E0106]",
    label = "a tensor: only known when the graph runs",
    note = "leave the loop with `break`, and return after it"
)]
pub trait ReturnOfLoop {}
#[diagnostic::do_not_recommend]
impl ReturnOfLoop for bool {}
#[diagnostic::do_not_recommend]
impl ReturnOfLoop for &bool {}

/// The condition of a loop around a `return`.
pub fn return_of_loop<C: ReturnOfLoop>(condition: C) -> C {
    condition
}
