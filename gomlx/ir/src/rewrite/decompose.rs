// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! CHLO functions in terms of StableHLO ops, for backends that have none of their own.

use super::rebuild::{Rebuild, Rule, Values, rebuild};
use crate::{BinaryOp, Builder, DType, Direction, Function, InstId, Op, RegionId, UnaryOp, ValueId};

/// The function with every `chlo` op replaced by StableHLO ops.
///
/// `erf` is a rational function in `f32` and Cephes's approximations in `f64`, both exact but for a
/// few units in the last place; narrower types are computed in `f32`.
pub fn decompose_chlo(function: &Function) -> Function {
    struct Decompose;
    impl Rule for Decompose {
        fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
            let source = rebuild.source.inst(inst);
            if source.op != Op::Unary(UnaryOp::Erf) {
                return rebuild.copy(self, region, inst, operands);
            }
            let mut b = Builder::new(&mut rebuild.target, region);
            b.location.clone_from(&source.location);
            Values::from_slice(&[erf(&mut b, operands[0])])
        }
    }
    rebuild(function, &mut Decompose)
}

fn erf(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    match b.shape(x).dtype {
        DType::F64 => erf_f64(b, x),
        DType::F32 => erf_f32(b, x),
        narrow => {
            let wide = b.convert(x, DType::F32);
            let y = erf_f32(b, wide);
            b.convert(y, narrow)
        }
    }
}

/// A polynomial from its coefficients, highest power first.
fn polynomial(b: &mut Builder<'_>, x: ValueId, coefficients: &[f64]) -> ValueId {
    let mut sum = b.full_like(x, coefficients[0]);
    for &coefficient in &coefficients[1..] {
        let product = b.mul(sum, x);
        let coefficient = b.full_like(x, coefficient);
        sum = b.add(product, coefficient);
    }
    sum
}

/// Eigen's and XLA's rational function, odd over even, of the argument clamped to where it is ±1.
fn erf_f32(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    const ALPHA: [f64; 5] = [0.00022905065861350646, 0.0034082910107109507, 0.05095569506238086, 0.18520832239976145, 1.128379143519084];
    const BETA: [f64; 7] = [
        -1.1791602954361697e-07,
        2.3547966471313183e-05,
        0.0010179625278914884,
        0.014070470171167667,
        0.11098505178285362,
        0.49746925110067536,
        1.0,
    ];
    const LARGEST: f64 = 3.7439211627767994;
    let x = clamp(b, x, LARGEST);
    let square = b.mul(x, x);
    let odd = polynomial(b, square, &ALPHA);
    let odd = b.mul(x, odd);
    let even = polynomial(b, square, &BETA);
    b.div(odd, even)
}

fn clamp(b: &mut Builder<'_>, x: ValueId, largest: f64) -> ValueId {
    let dtype = b.shape(x).dtype;
    let (low, high) = (b.scalar(dtype, -largest), b.scalar(dtype, largest));
    b.emit(Op::Clamp, &[low, x, high]).expect("scalars of the operand's type clamp it")
}

/// x T(x²)/U(x²) up to 1, and 1 - exp(-x²) P(x)/Q(x) beyond (Cephes, `ndtr.c`).
fn erf_f64(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    const T: [f64; 5] = [9.604973739870516, 90.02601972038427, 2232.005345946843, 7003.325141128051, 55592.30130103949];
    const U: [f64; 6] = [1.0, 33.56171416475031, 521.3579497801527, 4594.323829709801, 22629.000061389095, 49267.39426086359];
    const P: [f64; 9] = [
        2.461969814735305e-10,
        0.5641895648310689,
        7.463210564422699,
        48.63719709856814,
        196.5208329560771,
        526.4451949954773,
        934.5285271719576,
        1027.5518868951572,
        557.5353353693994,
    ];
    const Q: [f64; 9] = [
        1.0,
        13.228195115474499,
        86.70721408859897,
        354.9377788878199,
        975.7085017432055,
        1823.9091668790973,
        2246.3376081871097,
        1656.6630919416134,
        557.5353408177277,
    ];
    // Beyond this the function rounds to one.
    const LARGEST: f64 = 6.0;
    let x = clamp(b, x, LARGEST);
    let square = b.mul(x, x);
    let (t, u) = (polynomial(b, square, &T), polynomial(b, square, &U));
    let ratio = b.div(t, u);
    let small = b.mul(x, ratio);
    let magnitude = b.unary(UnaryOp::Abs, x);
    let (p, q) = (polynomial(b, magnitude, &P), polynomial(b, magnitude, &Q));
    let ratio = b.div(p, q);
    let minus = b.neg(square);
    let e = b.unary(UnaryOp::Exponential, minus);
    let complement = b.mul(e, ratio);
    let one = b.full_like(x, 1.0);
    let large = b.sub(one, complement);
    let sign = b.unary(UnaryOp::Sign, x);
    let large = b.binary(BinaryOp::Multiply, large, sign);
    let beyond = b.compare(Direction::Gt, magnitude, one);
    b.select(beyond, large, small)
}
