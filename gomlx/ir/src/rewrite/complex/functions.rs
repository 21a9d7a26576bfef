// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The formulas of the elementwise ops on complex numbers.

use super::arithmetic::{Pair, pair};
use crate::rewrite::math::{Num, formula};
use crate::{BinaryOp, Builder, CompareKind, Direction, Op, UnaryOp, ValueId};

/// The real and the imaginary part, of the same shape.
pub(in crate::rewrite) type Parts = (ValueId, ValueId);

/// The parts of the result of a function of one complex number. `None` if the function has no complex result.
pub(in crate::rewrite) fn unary(b: &mut Builder<'_>, op: UnaryOp, (re, im): Parts) -> Option<Parts> {
    formula(b, |at| {
        let z = pair(Num::new(at, re), Num::new(at, im));
        let result = match op {
            UnaryOp::Acos => z.acos(),
            UnaryOp::Acosh => z.acosh(),
            UnaryOp::Asin => z.asin(),
            UnaryOp::Asinh => z.asinh(),
            UnaryOp::Atan => z.times_i().atanh().over_i(),
            UnaryOp::Atanh => z.atanh(),
            UnaryOp::Cbrt => z.cbrt(),
            UnaryOp::Cosh => z.cosh(),
            UnaryOp::Cosine => z.times_i().cosh(),
            UnaryOp::Exponential => z.exp(),
            UnaryOp::ExponentialMinusOne => z.exp_m1(),
            UnaryOp::Log => z.ln(),
            UnaryOp::LogPlusOne => z.ln_1p(),
            UnaryOp::Logistic => z.logistic(),
            UnaryOp::Negate => z.neg(),
            UnaryOp::Rsqrt => z.rsqrt(),
            UnaryOp::Sign => z.sign(),
            UnaryOp::Sine => z.times_i().sinh().over_i(),
            UnaryOp::Sinh => z.sinh(),
            UnaryOp::Sqrt => z.sqrt(),
            UnaryOp::Tan => z.times_i().tanh().over_i(),
            UnaryOp::Tanh => z.tanh(),
            // The absolute value and the parts are real. No other function takes complex numbers: a test splits all
            // that do.
            _ => return None,
        };
        Some((result.re.id, result.im.id))
    })
}

/// The absolute value.
pub(super) fn norm(b: &mut Builder<'_>, (re, im): Parts) -> ValueId {
    formula(b, |at| pair(Num::new(at, re), Num::new(at, im)).norm().id)
}

/// The parts of the result of a function of two complex numbers. `None` if the function has no complex formula.
pub(super) fn binary(b: &mut Builder<'_>, op: BinaryOp, x: Parts, y: Parts) -> Option<Parts> {
    let first = match op {
        BinaryOp::Maximum => Some(compare(b, Direction::Ge, x, y)),
        BinaryOp::Minimum => Some(compare(b, Direction::Le, x, y)),
        _ => None,
    };
    if let Some(first) = first {
        return Some((b.select(first, x.0, y.0), b.select(first, x.1, y.1)));
    }
    formula(b, |at| {
        let [x, y] = [x, y].map(|(re, im)| pair(Num::new(at, re), Num::new(at, im)));
        let result: Pair<'_, '_> = match op {
            BinaryOp::Add => x.add(y),
            BinaryOp::Atan2 => x.atan2(y),
            BinaryOp::Divide => x.div(y),
            BinaryOp::Multiply => x.mul(y),
            BinaryOp::Power => x.pow(y),
            BinaryOp::Subtract => x.sub(y),
            _ => return None,
        };
        Some((result.re.id, result.im.id))
    })
}

/// Compares by the real parts, then by the imaginary parts.
pub(super) fn compare(b: &mut Builder<'_>, direction: Direction, x: Parts, y: Parts) -> ValueId {
    let mut parts = |direction: Direction, which: fn(Parts) -> ValueId| {
        b.emit(Op::Compare(direction, CompareKind::Float), &[which(x), which(y)]).expect("parts have one shape")
    };
    let re = |p: Parts| p.0;
    let im = |p: Parts| p.1;
    let strict = match direction {
        Direction::Eq | Direction::Ne => None,
        Direction::Ge | Direction::Gt => Some(Direction::Gt),
        Direction::Le | Direction::Lt => Some(Direction::Lt),
    };
    let Some(strict) = strict else {
        let (re, im) = (parts(direction, re), parts(direction, im));
        return b.binary(if direction == Direction::Eq { BinaryOp::And } else { BinaryOp::Or }, re, im);
    };
    let (decided, equal, im) = (parts(strict, re), parts(Direction::Eq, re), parts(direction, im));
    let tied = b.binary(BinaryOp::And, equal, im);
    b.binary(BinaryOp::Or, decided, tied)
}
