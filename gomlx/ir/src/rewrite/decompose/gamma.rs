// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The logarithm of the gamma function, its derivatives, and the zeta function.

use std::f64::consts::PI;

use crate::rewrite::math::Num;

/// lgamma(x) / ((x - 1)(x - 2)) on [1, 2], as Chebyshev polynomials of 2x - 3 (computed with mpmath).
const LGAMMA: [f64; 23] = [
    0.49141539302938714,
    -0.07611416167043585,
    0.008432324965932778,
    -0.001079493726328608,
    0.00014900748003692963,
    -2.1512399888556784e-05,
    3.1979329860862186e-06,
    -4.851693012139927e-07,
    7.47148782116316e-08,
    -1.1638296700170518e-08,
    1.829400437118668e-09,
    -2.8969180607129607e-10,
    4.61570140620909e-11,
    -7.392810230497983e-12,
    1.1894280008333085e-12,
    -1.9212068676522805e-13,
    3.113975526387164e-14,
    -5.0628432984486114e-15,
    8.254150281631144e-16,
    -1.3490578987574844e-16,
    2.209876116782623e-17,
    -3.6274129549239766e-18,
    5.965430068821522e-19,
];

/// Bernoulli numbers B2, B4, .. divided by the factorials of their indices.
const BERNOULLI: [f64; 12] = [
    1.0 / 12.0,
    -1.0 / 720.0,
    1.0 / 30240.0,
    -1.0 / 1209600.0,
    1.0 / 47900160.0,
    -691.0 / 1307674368000.0,
    1.0 / 74724249600.0,
    -3617.0 / 10670622842880000.0,
    43867.0 / 5109094217170944000.0,
    -174611.0 / 802857662698291200000.0,
    77683.0 / 14101100039391805440000.0,
    -236364091.0 / 1693824136731743669452800000.0,
];

/// The number of unit steps that move an argument to where the asymptotic series hold.
const STEPS: usize = 10;

/// A series in 1/x² with the coefficients B2k (2k - 1)! / (2k)!, divided by 2k - 1 if `divided`.
fn asymptotic<'m, 'a>(x: Num<'m, 'a>, terms: usize, divided: bool) -> Num<'m, 'a> {
    let mut factorial = 1.0;
    let mut coefficients: Vec<f64> = vec![];
    for (k, b) in BERNOULLI.iter().take(terms).enumerate() {
        let n = 2.0 * k as f64 + 2.0;
        factorial *= if k == 0 { 1.0 } else { (n - 1.0) * (n - 2.0) };
        coefficients.push(if divided { b * factorial / (n - 1.0) } else { b * factorial });
    }
    coefficients.reverse();
    let inverse = 1.0 / x;
    (inverse * inverse).polynomial(&coefficients)
}

/// ln |gamma(x)| for positive `x`.
fn positive_lgamma<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let (one, top) = (x.like(1.0), STEPS as f64);
    // Move the argument to [1, 2] by one factor at a time. There two factors hold the zeros.
    let (mut near, mut product) = (x, one);
    let up = x.below(1.0);
    for _ in 2..STEPS {
        let down = near.above(2.0);
        near = down.select(near - 1.0, near);
        product = down.select(product * near, product);
    }
    near = up.select(x + 1.0, near);
    let coefficients = if x.is_double() { &LGAMMA[..] } else { &LGAMMA[..11] };
    let core = (near - 1.0) * (near - 2.0) * (2.0 * near - 3.0).chebyshev(coefficients);
    let log = up.select(x, product).ln();
    let near = core + up.select(-log, log);
    let big = x.max(x.like(top));
    let series = asymptotic(big, if x.is_double() { 8 } else { 3 }, true) / big;
    // Half of the logarithm of 2π.
    let stirling = (big - 0.5) * (big.ln() - 1.0) + (0.918_938_533_204_672_8 - 0.5) + series;
    let result = x.below(top).select(near, stirling);
    x.is_infinite().select(x.infinity(), result)
}

pub(super) fn lgamma<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let magnitude = x.abs();
    let positive = positive_lgamma(magnitude);
    // gamma(x) gamma(-x) = -π / (x sin πx).
    let sine = (PI * magnitude.off_integer()).sin().abs();
    let reflected = (PI / (magnitude * sine)).ln() - positive;
    // At a pole, such as every large negative number, both terms may be infinite.
    let reflected = sine.is(0.0).select(x.infinity(), reflected);
    // For tiny numbers the logarithm does not depend on the sign; the product would underflow.
    let tiny = magnitude.lt(x.by_width(1e-18, 1e-9));
    let result = x.below(0.0).and(tiny.not()).select(reflected, positive);
    x.is_infinite().select(x.infinity(), result)
}

pub(super) fn digamma<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let magnitude = x.abs();
    let (mut up, mut sum) = (magnitude, x.like(0.0));
    for _ in 0..STEPS {
        let small = up.below(STEPS as f64);
        sum = small.select(sum + 1.0 / up, sum);
        up = small.select(up + 1.0, up);
    }
    let inverse = 1.0 / up;
    let series = asymptotic(up, if x.is_double() { 8 } else { 3 }, false) * inverse * inverse;
    let positive = up.ln() - 0.5 * inverse - series - sum;
    // digamma(x) = digamma(-x) - 1/x - π / tan πx.
    let reflected = positive + 1.0 / magnitude - PI / (PI * x.off_integer()).tan();
    let at_pole = x.above(0.0).not().and(x.is_integer());
    let result = x.below(0.0).select(reflected, positive);
    let result = at_pole.select(x.nan(), result);
    x.is(0.0).select(-x.infinity(), result)
}

/// The zeta function for positive `q`, by Euler-Maclaurin summation.
fn positive_zeta<'m, 'a>(s: Num<'m, 'a>, q: Num<'m, 'a>) -> Num<'m, 'a> {
    const TERMS: usize = 12;
    let minus = -s;
    let (mut sum, mut base) = (q.pow(minus), q);
    for _ in 1..TERMS {
        base = base + 1.0;
        sum = sum + base.pow(minus);
    }
    let base = base + 1.0;
    let term = base.pow(minus);
    let mut rest = base * term / (s - 1.0) + 0.5 * term;
    let square = base * base;
    let (mut rising, mut power) = (s, term / base);
    for (k, &b) in BERNOULLI.iter().take(if s.is_double() { 12 } else { 5 }).enumerate() {
        let n = 2.0 * k as f64;
        rest = rest + b * (rising * power);
        rising = rising * ((s + (n + 1.0)) * (s + (n + 2.0)));
        power = power / square;
    }
    // For a large `s` the corrections grow before they fall, but then they are not needed.
    let small = term.lt(sum * s.by_width(1e-17, 1e-9));
    small.select(sum, sum + rest)
}

pub(super) fn zeta<'m, 'a>(s: Num<'m, 'a>, q: Num<'m, 'a>) -> Num<'m, 'a> {
    let (nan, infinity) = (s.nan(), s.infinity());
    let positive = q.above(0.0);
    // For negative q the sum has terms with negative and with positive base. Each kind is a difference of sums with
    // positive bases.
    let fraction = q - q.floor();
    let half = s * 0.5;
    let even = half.is_integer();
    let forward = positive_zeta(s, positive.select(q, fraction));
    let negative = positive_zeta(s, 1.0 - fraction) - positive_zeta(s, 1.0 - q.min(q.like(0.0)));
    let result = positive.select(forward, forward + even.select(negative, -negative));
    let non_positive = positive.not();
    let result = non_positive.and(s.is_integer().not()).select(nan, result);
    let result = non_positive.and(q.is_integer()).select(even.select(infinity, nan), result);
    let result = s.below(1.0).or(s.is_nan()).or(q.is_nan()).select(nan, result);
    s.is(1.0).select(infinity, result)
}

pub(super) fn polygamma<'m, 'a>(n: Num<'m, 'a>, x: Num<'m, 'a>) -> Num<'m, 'a> {
    let zeta = zeta(n + 1.0, x);
    let magnitude = lgamma(n + 1.0).exp() * zeta;
    let even = (n * 0.5).is_integer();
    let result = even.select(-magnitude, magnitude);
    let order = n.is_integer().and(n.below(0.0).not());
    let result = order.select(result, n.nan());
    n.is(0.0).select(digamma(x), result)
}
