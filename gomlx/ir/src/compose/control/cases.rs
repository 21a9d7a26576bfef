// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Which arm of a `match` on numbers runs.

use super::super::{Composed, Number, Operand, Var};
use crate::{Code, DType, Direction, HostTensor};

/// A pattern of a `match`: an interval with both of its ends. The least and greatest numbers stand for no end.
pub type Interval = (i128, i128);

/// The position of the first arm with a pattern that matches a scalar. The last arm takes the rest.
///
/// # Errors
/// If what is matched is no integer or no scalar.
pub fn match_arm<'c>(matched: Var<'c>, arms: &[&[Interval]]) -> Composed<Var<'c>> {
    let (c, shape) = (matched.composer(), matched.shape()?);
    if !shape.dtype.is_int() && shape.dtype != DType::Bool {
        let note = "match on `.cast::<i32>()`, or compare with `if`";
        return Err(c.wrong_note(Code::DType, format_args!("{shape} is not an integer"), note));
    }
    if shape.rank() != 0 {
        return Err(c.wrong_note(Code::Shape, format_args!("{shape} is not a scalar"), "match on one element: `.at(i)`"));
    }
    let position = |n: usize| c.scalar(DType::I32, n as f64);
    let mut arm = position(arms.len() - 1);
    for (i, patterns) in arms.iter().enumerate().rev().filter(|(_, patterns)| !patterns.is_empty()) {
        arm = position(i).select(is_in(matched, patterns), arm);
    }
    Ok(arm)
}

/// Whether a scalar is in one of some intervals; true if there are none.
pub fn is_in<'c>(matched: Var<'c>, patterns: &[Interval]) -> Var<'c> {
    let c = matched.composer();
    let compare = |direction, number: i128| matched.compare(direction, Operand::Number(Number::Whole(number)));
    let one = |&(low, high): &Interval| match (low == i128::MIN, high == i128::MAX) {
        _ if low == high => compare(Direction::Eq, low),
        (true, true) => c.constant(HostTensor::scalar(true)),
        (false, true) => compare(Direction::Ge, low),
        (true, false) => compare(Direction::Le, high),
        (false, false) => compare(Direction::Ge, low) & compare(Direction::Le, high),
    };
    patterns.iter().map(one).reduce(|any, one| any | one).unwrap_or_else(|| c.constant(HostTensor::scalar(true)))
}
