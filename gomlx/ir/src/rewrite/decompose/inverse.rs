// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Hyperbolic functions and the inverses of trigonometric and hyperbolic functions, of real numbers.

use std::f64::consts::{LN_2, PI};

use crate::rewrite::math::Num;

pub(super) fn acos<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let angle = 2.0 * ((1.0 - x) * (1.0 + x)).sqrt().atan2(1.0 + x);
    x.is(-1.0).select(x.like(PI), angle)
}

pub(super) fn asin<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    x.atan2(((1.0 - x) * (1.0 + x)).sqrt())
}

pub(super) fn atan<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    x.atan2(x.like(1.0))
}

/// The limit beyond which adding one to a square changes nothing.
fn large<'m, 'a>(x: Num<'m, 'a>) -> f64 {
    if x.is_double() { 1e15 } else { 1e7 }
}

pub(super) fn acosh<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let above = x - 1.0;
    let near = (above + (above * (x + 1.0)).sqrt()).ln_1p();
    let result = x.above(large(x)).select(x.ln() + LN_2, near);
    x.below(1.0).select(x.nan(), result)
}

pub(super) fn asinh<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let magnitude = x.abs();
    let square = magnitude * magnitude;
    let near = (magnitude + square / (1.0 + (square + 1.0).sqrt())).ln_1p();
    magnitude.above(large(x)).select(magnitude.ln() + LN_2, near).with_sign(x)
}

pub(super) fn atanh<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let magnitude = x.abs();
    let result = 0.5 * ((magnitude + magnitude) / (1.0 - magnitude)).ln_1p();
    magnitude.above(1.0).select(x.nan(), result.with_sign(x))
}

pub(super) fn sinh<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let magnitude = x.abs();
    let e = magnitude.exp_m1();
    let near = 0.5 * (e + e / (e + 1.0));
    // The exponential is applied as two factors: the product may be in range when the exponential is not.
    let root = (0.5 * magnitude).exp();
    magnitude.above(20.0).select(0.5 * root * root, near).with_sign(x)
}

pub(super) fn cosh<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let root = (0.5 * x.abs()).exp();
    0.5 * root * root + 0.5 / root / root
}
