// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Derivatives of the elementwise functions of one operand. A formula uses the result of the function if that makes it
//! cheaper or more accurate.

use std::f64::consts::FRAC_2_SQRT_PI;

use super::{Jvp, bessel, complex};
use crate::{BinaryOp, Builder, Inst, Result, UnaryOp, ValueId};

impl Jvp<'_> {
    pub(super) fn unary(&mut self, op: UnaryOp, inst: &Inst, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let (x, y, t) = (inst.operands[0], inst.results[0], t[0]);
        let complex = self.b.shape(x).dtype.is_complex();
        if complex && matches!(op, UnaryOp::Abs | UnaryOp::Sign) {
            return Ok(t.map(|t| complex::magnitude_or_sign(&mut self.b, op, [x, y, t])));
        }
        Ok(match op {
            // The tables of op facts mark these functions as flat.
            UnaryOp::Ceil
            | UnaryOp::CountLeadingZeros
            | UnaryOp::Floor
            | UnaryOp::IsFinite
            | UnaryOp::IsInf
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
            UnaryOp::Erfc => self.times(t, |b| {
                let bell = bell(b, x);
                b.neg(bell)
            }),
            // sqrt(pi)/2 exp(y^2).
            UnaryOp::ErfInv => self.times(t, |b| {
                let square = b.mul(y, y);
                let inverse = b.unary(UnaryOp::Exponential, square);
                b.scale(inverse, 1.0 / FRAC_2_SQRT_PI)
            }),
            UnaryOp::Sinh => self.times(t, |b| b.unary(UnaryOp::Cosh, x)),
            UnaryOp::Cosh => self.times(t, |b| b.unary(UnaryOp::Sinh, x)),
            UnaryOp::Asin => self.times(t, |b| {
                let rest = one_minus_square(b, x);
                b.unary(UnaryOp::Rsqrt, rest)
            }),
            UnaryOp::Acos => self.times(t, |b| {
                let rest = one_minus_square(b, x);
                let root = b.unary(UnaryOp::Rsqrt, rest);
                b.neg(root)
            }),
            UnaryOp::Atan => t.map(|t| {
                let square = self.b.mul(x, x);
                let sum = plus(&mut self.b, square, 1.0);
                self.b.div(t, sum)
            }),
            UnaryOp::Asinh => self.times(t, |b| {
                let square = b.mul(x, x);
                let sum = plus(b, square, 1.0);
                b.unary(UnaryOp::Rsqrt, sum)
            }),
            // Two roots: the root of the product has another branch cut if x is complex.
            UnaryOp::Acosh => self.times(t, |b| {
                let (below, above) = (plus(b, x, -1.0), plus(b, x, 1.0));
                let (below, above) = (b.unary(UnaryOp::Rsqrt, below), b.unary(UnaryOp::Rsqrt, above));
                b.mul(below, above)
            }),
            UnaryOp::Atanh => t.map(|t| {
                let rest = one_minus_square(&mut self.b, x);
                self.b.div(t, rest)
            }),
            UnaryOp::Lgamma => self.times(t, |b| b.unary(UnaryOp::Digamma, x)),
            UnaryOp::Digamma => self.times(t, |b| {
                let one = b.full_like(x, 1.0);
                b.binary(BinaryOp::Polygamma, one, x)
            }),
            UnaryOp::BesselI1e => self.times(t, |b| bessel::derivative_of_i1e(b, x, y)),
            UnaryOp::Real if complex => t.map(|t| self.b.unary(UnaryOp::Real, t)),
            UnaryOp::Imag if complex => t.map(|t| self.b.unary(UnaryOp::Imag, t)),
            UnaryOp::Real => t,
            UnaryOp::Imag => None,
            UnaryOp::Erf => self.times(t, |b| bell(b, x)),
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

/// 2/sqrt(pi) exp(-x^2).
fn bell(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let square = b.mul(x, x);
    let negated = b.neg(square);
    let bell = b.unary(UnaryOp::Exponential, negated);
    b.scale(bell, FRAC_2_SQRT_PI)
}

/// (1 - x)(1 + x), which does not cancel near one as 1 - x^2 does.
fn one_minus_square(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let (below, above) = (minus_from_one(b, x), plus(b, x, 1.0));
    b.mul(below, above)
}
