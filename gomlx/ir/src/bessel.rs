// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The scaled modified Bessel function of order zero, exp(-|x|) I0(x), by the Chebyshev series of Cephes (`i0.c`, S.
//! Moshier), as in XLA.

use crate::{Builder, DType, Direction, UnaryOp, ValueId};

/// exp(-|x|) I0(x). Types narrower than `f32` are computed in `f32`.
pub(crate) fn i0e(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let dtype = b.shape(x).dtype;
    if matches!(dtype, DType::F16 | DType::BF16) {
        let wide = b.convert(x, DType::F32);
        let y = i0e(b, wide);
        return b.convert(y, dtype);
    }
    let magnitude = b.unary(UnaryOp::Abs, x);
    let (two, eight) = (b.full_like(x, 2.0), b.full_like(x, 8.0));
    // Both series are computed for all elements, with an argument in range even where the other series applies.
    let is_small = b.compare(Direction::Le, magnitude, eight);
    let small = b.select(is_small, magnitude, eight);
    let large = b.select(is_small, eight, magnitude);
    let argument = b.scale(small, 0.5);
    let argument = b.sub(argument, two);
    let near = chebyshev(b, argument, &NEAR);
    let argument = b.full_like(x, 32.0);
    let argument = b.div(argument, large);
    let argument = b.sub(argument, two);
    let far = chebyshev(b, argument, &FAR);
    let root = b.unary(UnaryOp::Rsqrt, large);
    let far = b.mul(far, root);
    b.select(is_small, near, far)
}

/// A Chebyshev series by Clenshaw's recurrence. The coefficients start with the highest order; the last one counts
/// half.
fn chebyshev(b: &mut Builder<'_>, x: ValueId, coefficients: &[f64]) -> ValueId {
    let (mut b0, mut b1, mut b2) = (b.full_like(x, coefficients[0]), b.full_like(x, 0.0), b.full_like(x, 0.0));
    for &coefficient in &coefficients[1..] {
        (b2, b1) = (b1, b0);
        let product = b.mul(x, b1);
        let rest = b.sub(product, b2);
        let coefficient = b.full_like(x, coefficient);
        b0 = b.add(rest, coefficient);
    }
    let difference = b.sub(b0, b2);
    b.scale(difference, 0.5)
}

/// For |x| up to 8.
const NEAR: [f64; 30] = [
    -4.4153416464793395e-18,
    3.3307945188222384e-17,
    -2.431279846547955e-16,
    1.715391285555133e-15,
    -1.1685332877993451e-14,
    7.676185498604936e-14,
    -4.856446783111929e-13,
    2.95505266312964e-12,
    -1.726826291441556e-11,
    9.675809035373237e-11,
    -5.189795601635263e-10,
    2.6598237246823866e-09,
    -1.300025009986248e-08,
    6.046995022541919e-08,
    -2.670793853940612e-07,
    1.1173875391201037e-06,
    -4.4167383584587505e-06,
    1.6448448070728896e-05,
    -5.754195010082104e-05,
    0.00018850288509584165,
    -0.0005763755745385824,
    0.0016394756169413357,
    -0.004324309995050576,
    0.010546460394594998,
    -0.02373741480589947,
    0.04930528423967071,
    -0.09490109704804764,
    0.17162090152220877,
    -0.3046826723431984,
    0.6767952744094761,
];

/// For |x| from 8.
const FAR: [f64; 25] = [
    -7.233180487874754e-18,
    -4.830504485944182e-18,
    4.46562142029676e-17,
    3.461222867697461e-17,
    -2.8276239805165836e-16,
    -3.425485619677219e-16,
    1.7725601330565263e-15,
    3.8116806693526224e-15,
    -9.554846698828307e-15,
    -4.150569347287222e-14,
    1.54008621752141e-14,
    3.8527783827421426e-13,
    7.180124451383666e-13,
    -1.7941785315068062e-12,
    -1.3215811840447713e-11,
    -3.1499165279632416e-11,
    1.1889147107846439e-11,
    4.94060238822497e-10,
    3.3962320257083865e-09,
    2.266668990498178e-08,
    2.0489185894690638e-07,
    2.8913705208347567e-06,
    6.889758346916825e-05,
    0.0033691164782556943,
    0.8044904110141088,
];
