// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Derivatives of the elementwise functions of one operand. Where the result
//! makes the derivative cheaper or more accurate, it is used.

use std::f64::consts::FRAC_2_SQRT_PI;

use super::{Jvp, no_derivative};
use crate::{Builder, Inst, Result, UnaryOp, ValueId};

impl Jvp<'_> {
    pub(super) fn unary(&mut self, op: UnaryOp, inst: &Inst, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let (x, y, t) = (inst.operands[0], inst.results[0], t[0]);
        let complex = self.b.shape(x).dtype.is_complex();
        if complex && matches!(op, UnaryOp::Abs | UnaryOp::Sign) {
            return Err(no_derivative(self.b.function, inst, "it is not a holomorphic function"));
        }
        Ok(match op {
            UnaryOp::Ceil
            | UnaryOp::CountLeadingZeros
            | UnaryOp::Floor
            | UnaryOp::IsFinite
            | UnaryOp::Not
            | UnaryOp::Popcnt
            | UnaryOp::RoundNearestAfz
            | UnaryOp::RoundNearestEven
            | UnaryOp::Sign => None,
            UnaryOp::Negate => t.map(|t| self.b.neg(t)),
            // x -> log x and 1 + x: a quotient is more accurate than a product with the reciprocal.
            UnaryOp::Log => t.map(|t| self.b.div(t, x)),
            UnaryOp::LogPlusOne => t.map(|t| {
                let x = plus(&mut self.b, x, 1.0);
                self.b.div(t, x)
            }),
            UnaryOp::Abs => self.times(t, |b| b.unary(UnaryOp::Sign, x)),
            UnaryOp::Exponential => self.times(t, |_| y),
            UnaryOp::ExponentialMinusOne => self.times(t, |b| plus(b, y, 1.0)),
            UnaryOp::Sine => self.times(t, |b| b.unary(UnaryOp::Cosine, x)),
            UnaryOp::Cosine => self.times(t, |b| {
                let sine = b.unary(UnaryOp::Sine, x);
                b.neg(sine)
            }),
            // 1 + tan^2.
            UnaryOp::Tan => self.times(t, |b| {
                let square = b.mul(y, y);
                plus(b, square, 1.0)
            }),
            // (1 - tanh)(1 + tanh): 1 - tanh^2 cancels near saturation.
            UnaryOp::Tanh => self.times(t, |b| {
                let (below, above) = (minus_from_one(b, y), plus(b, y, 1.0));
                b.mul(below, above)
            }),
            UnaryOp::Logistic => self.times(t, |b| {
                let rest = minus_from_one(b, y);
                b.mul(y, rest)
            }),
            UnaryOp::Sqrt => self.times(t, |b| {
                let half = b.full_like(y, 0.5);
                b.div(half, y)
            }),
            // -1/2 x^(-3/2).
            UnaryOp::Rsqrt => self.times(t, |b| {
                let quotient = b.div(y, x);
                b.scale(quotient, -0.5)
            }),
            // 1/3 x^(-2/3).
            UnaryOp::Cbrt => self.times(t, |b| {
                let third = b.full_like(y, 1.0 / 3.0);
                let square = b.mul(y, y);
                b.div(third, square)
            }),
            UnaryOp::Acos
            | UnaryOp::Acosh
            | UnaryOp::Asin
            | UnaryOp::Asinh
            | UnaryOp::Atan
            | UnaryOp::Atanh
            | UnaryOp::BesselI1e
            | UnaryOp::Cosh
            | UnaryOp::Digamma
            | UnaryOp::ErfInv
            | UnaryOp::Erfc
            | UnaryOp::Imag
            | UnaryOp::Lgamma
            | UnaryOp::Real
            | UnaryOp::Sinh => return Err(no_derivative(self.b.function, inst, "it has no rule")),
            // 2/sqrt(pi) exp(-x^2).
            UnaryOp::Erf => self.times(t, |b| {
                let square = b.mul(x, x);
                let negated = b.neg(square);
                let bell = b.unary(UnaryOp::Exponential, negated);
                b.scale(bell, FRAC_2_SQRT_PI)
            }),
        })
    }
}

fn plus(b: &mut Builder<'_>, x: ValueId, addend: f64) -> ValueId {
    let addend = b.full_like(x, addend);
    b.add(x, addend)
}

fn minus_from_one(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let one = b.full_like(x, 1.0);
    b.sub(one, x)
}
