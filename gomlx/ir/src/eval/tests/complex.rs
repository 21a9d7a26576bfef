// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions of complex numbers at known points, on branch cuts and at infinity.

use super::result;
use crate::{BinaryOp, DType, HostTensor, Op, UnaryOp};

fn c(re: f64, im: f64) -> HostTensor {
    HostTensor::from_bytes(DType::C128, &[], bytemuck::cast_slice(&[re, im])).unwrap()
}

fn parts(x: &HostTensor) -> [f64; 2] {
    let parts = bytemuck::cast_slice::<u8, f64>(x.bytes());
    [parts[0], parts[1]]
}

#[track_caller]
fn check(op: UnaryOp, z: (f64, f64), wanted: (f64, f64)) {
    let got = parts(&result(Op::Unary(op), &[c(z.0, z.1)]));
    for (g, w) in got.into_iter().zip([wanted.0, wanted.1]) {
        let same = g == w && (g != 0.0 || g.is_sign_negative() == w.is_sign_negative());
        assert!(same || (g.is_nan() && w.is_nan()) || (g - w).abs() < 1e-15 * w.abs(), "{} of {z:?}: {got:?}, not {wanted:?}", op.name());
    }
}

const INF: f64 = f64::INFINITY;
const PI: f64 = std::f64::consts::PI;

#[test]
fn known_points() {
    // Computed with mpmath.
    check(UnaryOp::Asin, (0.5, 1.0), (0.3494390628572133, 0.9261330313501824));
    check(UnaryOp::Sqrt, (3.0, 4.0), (2.0, 1.0));
    check(UnaryOp::Sqrt, (1e300, 1e300), (1.098_684_113_467_81e150, 4.550898605622273e149));
    check(UnaryOp::Exponential, (-INF, INF), (0.0, 0.0));
    check(UnaryOp::Tanh, (800.0, 1.0), (1.0, 0.0));
}

#[test]
fn signed_zeros_choose_the_side_of_a_cut() {
    for sign in [1.0, -1.0] {
        let zero = 0f64.copysign(sign);
        check(UnaryOp::Sqrt, (-4.0, zero), (0.0, 2.0 * sign));
        check(UnaryOp::Log, (-1.0, zero), (0.0, PI * sign));
        check(UnaryOp::Asin, (2.0, zero), (PI / 2.0, 1.3169578969248166 * sign));
        check(UnaryOp::Acos, (2.0, zero), (0.0, -1.3169578969248166 * sign));
        check(UnaryOp::Atanh, (2.0, zero), (0.5493061443340549, PI / 2.0 * sign));
        check(UnaryOp::Atan, (zero, 2.0), (PI / 2.0 * sign, 0.5493061443340549));
        check(UnaryOp::Acosh, (-2.0, zero), (1.3169578969248166, PI * sign));
    }
}

#[test]
fn infinities_and_zeros_divide_as_c_has_it() {
    let divide = |x, y| parts(&result(Op::Binary(BinaryOp::Divide), &[x, y]));
    assert_eq!(divide(c(1.0, 1.0), c(INF, 0.0)), [0.0, 0.0]);
    assert_eq!(divide(c(1.0, 0.0), c(0.0, 0.0))[0], INF);
    assert_eq!(divide(c(1e300, 1e300), c(1e300, 1e300)), [1.0, 0.0]);
    let power = |x, y| parts(&result(Op::Binary(BinaryOp::Power), &[x, y]));
    assert_eq!(power(c(0.0, 0.0), c(0.0, 0.0)), [1.0, 0.0]);
    assert_eq!(power(c(0.0, 0.0), c(2.0, 1.0)), [0.0, 0.0]);
}
