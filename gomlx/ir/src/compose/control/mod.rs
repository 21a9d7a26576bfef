// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Branches and loops on tensors: which values of their regions become operands and results of an `if`, `case` or
//! `while`.
//!
//! A front end writes the regions: a trace runs the user's code on handles, the macros' preview walks it. It lists the
//! tensors of the user's variables as values, in the same order for every region.
//!
//! - [`branch`]: the `if` or `case` whose regions leave different values in the variables.
//! - [`StepBuilder`], then [`LoopBuilder`]: a `while` whose state are the variables that a step changes.
//! - [`RolledBuilder`]: a `while` that counts its steps, and collects rows.
//! - [`match_arm`]: the index that a `match` on numbers goes by.

mod branch;
mod cases;
mod repeat;
mod rolled;
#[cfg(test)]
mod tests;

pub use self::branch::{branch, check_condition};
pub use self::cases::{Interval, is_in, match_arm};
pub use self::repeat::{After, LoopBuilder, StepBuilder};
pub use self::rolled::{Bound, Pushed, RolledBuilder, counter, row, stack, together};
use super::Stop;
use crate::{Diagnostic, Function, Shape, ValueId};

/// Compares the shapes of two values that must be alike.
fn same_shape(function: &Function, a: ValueId, b: ValueId, error: impl FnOnce(&Shape, &Shape) -> Diagnostic) -> Result<(), Stop> {
    let (a, b) = (function.shape(a), function.shape(b));
    if a == b {
        return Ok(());
    }
    let differ = a.dtype != b.dtype || a.rank() != b.rank() || a.dims.iter().zip(&b.dims).any(|(m, n)| m.provably_differs(n));
    Err(if differ { Stop::Wrong(error(a, b)) } else { Stop::Unknown })
}
