// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Decomposes functions into StableHLO's basic ops, for backends that do not have these functions.
//!
//! The error is at most a few units in the last place. `f64` is computed in `f64`, `f32` in `f32`; narrower types are
//! computed in `f32` and rounded once.

mod bessel;
mod error;
mod gamma;
mod inverse;
mod map;
mod narrow;
mod normalize;
mod order;

pub(super) use map::decompose_maps;

use super::complex::unary as complex_unary;
use super::math::{Num, formula1, formula2};
use crate::edit::{Rebuild, Rewrite, Values, rebuild};
use crate::{BinaryOp, Builder, DType, Direction, Function, InstId, Op, Reducer, RegionId, UnaryOp, ValueId};

/// Returns the function with every `chlo` op, every batch normalisation and every `map` of elementwise ops replaced by
/// basic ops of StableHLO. Conversions and comparisons of narrow types, and arithmetic of small integers, become ops on
/// their bytes.
///
/// Functions of complex numbers are computed from their parts.
pub fn decompose_chlo(function: &Function) -> Function {
    struct Decompose;
    impl Rewrite for Decompose {
        fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
            let source = rebuild.source.inst(inst);
            if let Some(values) = map::inlined(rebuild, region, source, operands) {
                return values;
            }
            let mut b = Builder::new(&mut rebuild.target, region);
            b.location.clone_from(&source.location);
            let values = match &source.op {
                Op::Unary(op) if !b.shape(operands[0]).dtype.is_small_int() => unary(&mut b, *op, operands[0]),
                Op::Binary(op) if !b.shape(operands[0]).dtype.is_small_int() => binary(&mut b, *op, operands[0], operands[1]),
                Op::Reduce(axes) => match (rebuild.source.reducer_of(source.regions[0]), operands) {
                    (Some(Reducer::Binary(reducer)), &[x, init]) => narrow::small_reduction(&mut b, reducer, [x, init], axes),
                    _ => None,
                },
                Op::TopK(k) => Some(order::top_k(&mut b, operands[0], *k)),
                Op::BatchNormTraining(norm) => Some(normalize::training(&mut b, operands, norm)),
                Op::BatchNormInference(norm) => Some(normalize::inference(&mut b, operands, norm)),
                Op::BatchNormGrad(norm) => Some(normalize::grad(&mut b, operands, norm)),
                op => narrow::rewritten(&mut b, op, operands).map(|value| Values::from_slice(&[value])),
            };
            values.unwrap_or_else(|| rebuild.copy(self, region, inst, operands))
        }
    }
    let once = rebuild(function, &mut Decompose);
    // The body of an inlined map may contain further ops to replace.
    if function_has_maps(function) { rebuild(&once, &mut Decompose) } else { once }
}

fn function_has_maps(function: &Function) -> bool {
    (0..function.num_insts()).any(|i| function.inst(crate::Entity::new(i)).op == Op::Map)
}

type Formula1 = for<'m, 'a> fn(Num<'m, 'a>) -> Num<'m, 'a>;
type Formula2 = for<'m, 'a> fn(Num<'m, 'a>, Num<'m, 'a>) -> Num<'m, 'a>;

fn unary(b: &mut Builder<'_>, op: UnaryOp, x: ValueId) -> Option<Values> {
    let formula: Formula1 = match op {
        UnaryOp::Acos => inverse::acos,
        UnaryOp::Acosh => inverse::acosh,
        UnaryOp::Asin => inverse::asin,
        UnaryOp::Asinh => inverse::asinh,
        UnaryOp::Atan => inverse::atan,
        UnaryOp::Atanh => inverse::atanh,
        UnaryOp::BesselI1e => bessel::bessel_i1e,
        UnaryOp::Cosh => inverse::cosh,
        UnaryOp::Digamma => gamma::digamma,
        UnaryOp::Erf => error::erf,
        UnaryOp::ErfInv => error::erf_inv,
        UnaryOp::Erfc => error::erfc,
        UnaryOp::IsInf => {
            let magnitude = b.unary(UnaryOp::Abs, x);
            let infinity = b.full_like(magnitude, f64::INFINITY);
            return Some(Values::from_slice(&[b.compare(Direction::Eq, magnitude, infinity)]));
        }
        UnaryOp::Lgamma => gamma::lgamma,
        UnaryOp::Sinh => inverse::sinh,
        UnaryOp::Abs
        | UnaryOp::Cbrt
        | UnaryOp::Ceil
        | UnaryOp::Cosine
        | UnaryOp::CountLeadingZeros
        | UnaryOp::Exponential
        | UnaryOp::ExponentialMinusOne
        | UnaryOp::Floor
        | UnaryOp::Imag
        | UnaryOp::IsFinite
        | UnaryOp::Log
        | UnaryOp::LogPlusOne
        | UnaryOp::Logistic
        | UnaryOp::Negate
        | UnaryOp::Not
        | UnaryOp::Popcnt
        | UnaryOp::Real
        | UnaryOp::RoundNearestAfz
        | UnaryOp::RoundNearestEven
        | UnaryOp::Rsqrt
        | UnaryOp::Sign
        | UnaryOp::Sine
        | UnaryOp::Sqrt
        | UnaryOp::Tan
        | UnaryOp::Tanh => return None,
    };
    let dtype = b.shape(x).dtype;
    if dtype.is_complex() {
        let (re, im) = (b.unary(UnaryOp::Real, x), b.unary(UnaryOp::Imag, x));
        let (re, im) = complex_unary(b, op, (re, im))?;
        return Some(Values::from_slice(&[b.binary(BinaryOp::Complex, re, im)]));
    }
    let wide = b.convert(x, if dtype == DType::F64 { dtype } else { DType::F32 });
    let y = formula1(b, wide, formula);
    Some(Values::from_slice(&[b.convert(y, dtype)]))
}

fn binary(b: &mut Builder<'_>, op: BinaryOp, x: ValueId, y: ValueId) -> Option<Values> {
    let formula: Formula2 = match op {
        BinaryOp::NextAfter => return Some(Values::from_slice(&[order::next_after(b, x, y)])),
        BinaryOp::Polygamma => gamma::polygamma,
        BinaryOp::Zeta => gamma::zeta,
        BinaryOp::Add
        | BinaryOp::And
        | BinaryOp::Atan2
        | BinaryOp::Complex
        | BinaryOp::Divide
        | BinaryOp::Maximum
        | BinaryOp::Minimum
        | BinaryOp::Multiply
        | BinaryOp::Or
        | BinaryOp::Power
        | BinaryOp::Remainder
        | BinaryOp::ShiftLeft
        | BinaryOp::ShiftRightArithmetic
        | BinaryOp::ShiftRightLogical
        | BinaryOp::Subtract
        | BinaryOp::Xor => return None,
    };
    let dtype = b.shape(x).dtype;
    let wide = if dtype == DType::F64 { dtype } else { DType::F32 };
    let (x, y) = (b.convert(x, wide), b.convert(y, wide));
    let z = formula2(b, x, y, formula);
    Some(Values::from_slice(&[b.convert(z, dtype)]))
}

#[cfg(all(test, feature = "eval"))]
mod tests;
