// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The error functions. `f64`, and `f32` beyond one in the complement, use the approximations of Cephes (`ndtr.c`,
//! `ndtrf.c`). Otherwise `f32` uses the rational function of Eigen and XLA, and a polynomial where that cancels. The
//! inverse is Giles's ("Approximating the erfinv function", 2012).

use std::f64::consts::FRAC_2_SQRT_PI;

use crate::rewrite::math::Num;

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
/// The numerator beyond eight; the denominator is [`S`].
const R: [f64; 6] = [0.5641895835477551, 1.275366707599781, 5.019050422511805, 6.160210979930536, 7.4097426995044895, 2.9788666537210022];
const S: [f64; 7] =
    [1.0, 2.2605286322011726, 9.396035249380015, 12.048953980809666, 17.08144507475659, 9.608968090632859, 3.369076451000815];
/// For `f32`: polynomials of 1/x², from one to two, and beyond two ([`R32`]).
const P32: [f64; 9] = [
    0.02326819970068386,
    -0.1387039388740657,
    0.3687424674597105,
    -0.5824733027278666,
    0.6210004621745983,
    -0.4944515323274145,
    0.3404879937665872,
    -0.2741127028184656,
    0.5638259427386472,
];
const R32: [f64; 8] = [
    -10.47766399936249,
    12.97719955372516,
    -7.495518717768503,
    2.921019019210786,
    -1.0152652792027,
    0.4218463358204948,
    -0.2820767439740514,
    0.5641895067754075,
];
/// For `f32` from 0.45 to one: exp(x²) erfc(x) as a polynomial of the distance from [`MIDDLE`], interpolated at
/// Chebyshev's points with a relative error of 2e-9.
const MIDDLE32: [f64; 8] = [
    -0.00673875360803292,
    0.015800515259874755,
    -0.034112105594063705,
    0.07089563788218424,
    -0.1367192372084295,
    0.2409516638531116,
    -0.37976827719213924,
    0.5162833708139966,
];
const MIDDLE: f64 = 0.725;
/// For the inverse: polynomials of w = -ln(1 - x²) below five, and of sqrt(w) beyond ([`TAIL`]).
const CENTRAL: [f64; 9] = [
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941,
];
const TAIL: [f64; 9] =
    [-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406, 2.83297682];

/// Clamps to ±`largest`, beyond which the function is nearly constant. NaN stays NaN.
fn within<'m, 'a>(x: Num<'m, 'a>, largest: f64) -> Num<'m, 'a> {
    x.max(x.like(-largest)).min(x.like(largest))
}

/// The error function in `f64` of a number of at most one in magnitude.
fn central<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let square = x * x;
    x * (square.polynomial(&T) / square.polynomial(&U))
}

/// The complementary error function in `f64` of a number of at least one.
fn tail<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let near = x.polynomial(&P) / x.polynomial(&Q);
    let far = x.polynomial(&R) / x.polynomial(&S);
    x.gauss() * x.below(8.0).select(near, far)
}

pub(super) fn erf<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    if x.is_double() {
        // Beyond six the function rounds to one.
        let x = within(x, 6.0);
        let magnitude = x.abs();
        let large = (1.0 - tail(magnitude.max(x.like(1.0)))).with_sign(x);
        return magnitude.above(1.0).select(large, central(x));
    }
    let x = within(x, 3.7439211627767994);
    let square = x * x;
    x * square.polynomial(&ALPHA) / square.polynomial(&BETA)
}

pub(super) fn erfc<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let magnitude = x.abs();
    // Beyond this limit the result underflows, and the square would overflow.
    let kept = within(magnitude, if x.is_double() { 28.0 } else { 11.0 });
    // Beyond `start` the difference from one cancels.
    let (start, complement) = if x.is_double() {
        (1.0, tail(kept.max(x.like(1.0))))
    } else {
        let inverse = 1.0 / kept.max(x.like(1.0));
        let square = inverse * inverse;
        let far = inverse * kept.below(2.0).select(square.polynomial(&P32), square.polynomial(&R32));
        let factor = kept.below(1.0).select((kept - MIDDLE).polynomial(&MIDDLE32), far);
        (0.45, kept.max(x.like(0.45)).gauss() * factor)
    };
    let outside = x.below(0.0).select(2.0 - complement, complement);
    magnitude.above(start).select(outside, 1.0 - erf(x))
}

/// The inverse error function: Giles's approximation, refined by two steps of Halley's iteration in `f64`.
pub(super) fn erf_inv<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let magnitude = x.abs();
    let complement = 1.0 - magnitude;
    let near = (-(x * x)).ln_1p();
    let far = (complement * (1.0 + magnitude)).ln();
    let half = magnitude.below(0.5);
    let w = -half.select(near, far);
    let central = (w - 2.5).polynomial(&CENTRAL);
    let tail = (w.max(x.like(0.0)).sqrt() - 3.0).polynomial(&TAIL);
    let mut y = magnitude * w.below(5.0).select(central, tail);
    if x.is_double() {
        // Beyond the range of `f32` the approximation of the tail needs the second step.
        for _ in 0..2 {
            let error = half.select(erf(y) - magnitude, complement - erfc(y));
            let step = error / (FRAC_2_SQRT_PI * y.gauss());
            y = y - step / (1.0 + y * step);
        }
    }
    let y = magnitude.is(1.0).select(x.infinity(), y).with_sign(x);
    magnitude.above(1.0).select(x.nan(), y)
}
