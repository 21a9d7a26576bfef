// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The special functions of CHLO that no library here has, on real numbers in `f64`. Poles, and values outside a
//! domain, are as in the decompositions of CHLO.

use std::f64::consts::{FRAC_2_SQRT_PI, PI};

/// Bernoulli numbers B2, B4, .., divided by the factorials of their indices.
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

/// The logarithmic derivative of the gamma function; -inf at zero, and NaN at its other poles
/// and at -inf, as XLA has it.
pub(super) fn digamma(x: f64) -> f64 {
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x <= 0.0 && x == x.floor() {
        return f64::NAN;
    }
    if x < 0.0 {
        // Reflection; taking off the integer first is exact.
        return digamma(1.0 - x) - PI / (PI * (x - x.round())).tan();
    }
    let (mut x, mut sum) = (x, 0.0);
    while x < 12.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    // The asymptotic series: its terms are B2k / (2k x^2k).
    let square = 1.0 / (x * x);
    let mut factorial = 1.0;
    let (mut series, mut power) = (0.0, square);
    for (k, b) in BERNOULLI.iter().take(8).enumerate() {
        let n = 2.0 * k as f64 + 2.0;
        factorial *= if k == 0 { 1.0 } else { (n - 1.0) * (n - 2.0) };
        series += b * factorial * power;
        power *= square;
    }
    sum + x.ln() - 0.5 / x - series
}

/// The inverse of the error function: ±inf at ±1, NaN beyond.
pub(super) fn erf_inv(x: f64) -> f64 {
    let magnitude = x.abs();
    if magnitude < 1e-8 {
        return x / FRAC_2_SQRT_PI;
    }
    if magnitude >= 1.0 {
        return if magnitude == 1.0 { f64::INFINITY.copysign(x) } else { f64::NAN };
    }
    // Winitzki's approximation, good to a few thousandths, then Halley's iteration.
    const A: f64 = 0.147;
    let complement = 1.0 - magnitude;
    let log = (complement * (1.0 + magnitude)).ln();
    let t = 2.0 / (PI * A) + log / 2.0;
    let mut y = ((t * t - log / A).sqrt() - t).sqrt();
    for _ in 0..3 {
        // Beyond a half the complement holds the digits.
        let error = if magnitude < 0.5 { libm::erf(y) - magnitude } else { complement - libm::erfc(y) };
        let step = error / (FRAC_2_SQRT_PI * (-y * y).exp());
        y -= step / (1.0 + y * step);
    }
    y.copysign(x)
}

/// exp(-|x|) times the modified Bessel function of the first kind of order one.
pub(super) fn bessel_i1e(x: f64) -> f64 {
    let magnitude = x.abs();
    if !magnitude.is_finite() {
        return if x.is_nan() { x } else { 0f64.copysign(x) };
    }
    let value = if magnitude < 25.0 {
        // The power series, whose terms are all positive.
        let square = magnitude * magnitude / 4.0;
        let (mut term, mut sum, mut k) = (magnitude / 2.0, 0.0, 0.0);
        while sum + term != sum {
            sum += term;
            k += 1.0;
            term *= square / (k * (k + 1.0));
        }
        (-magnitude).exp() * sum
    } else {
        // The asymptotic series, ended before its terms grow.
        let (mut term, mut sum, mut k) = (1f64, 0.0, 0.0);
        while sum + term != sum {
            sum += term;
            k += 1.0;
            let odd = 2.0 * k - 1.0;
            term *= (odd * odd - 4.0) / (8.0 * k * magnitude);
        }
        sum / (2.0 * PI * magnitude).sqrt()
    };
    value.copysign(x)
}

/// The Hurwitz zeta function, the sum of (q + k)^-s over k from zero.
///
/// Infinite at s = 1 and NaN below; of negative `q` `s` must be an integer, and at its
/// poles the limit is infinite for even `s` and there is none for odd `s`.
pub(super) fn zeta(s: f64, q: f64) -> f64 {
    if s == 1.0 {
        return f64::INFINITY;
    }
    if s.is_nan() || q.is_nan() || s < 1.0 {
        return f64::NAN;
    }
    if q > 0.0 {
        return positive_zeta(s, q);
    }
    let even = s % 2.0 == 0.0;
    if q == q.floor() {
        return if even { f64::INFINITY } else { f64::NAN };
    }
    if s != s.floor() {
        return f64::NAN;
    }
    // Terms of negative and of positive base, each a difference of such sums.
    let fraction = q - q.floor();
    let negative = positive_zeta(s, 1.0 - fraction) - positive_zeta(s, 1.0 - q);
    positive_zeta(s, fraction) + if even { negative } else { -negative }
}

/// Euler's and Maclaurin's summation: the first terms, the integral of the rest, and its corrections.
fn positive_zeta(s: f64, q: f64) -> f64 {
    let (mut sum, mut base) = (0.0, q);
    for _ in 0..12 {
        let term = base.powf(-s);
        if sum + term == sum || term.is_infinite() {
            return sum + term;
        }
        sum += term;
        base += 1.0;
    }
    let term = base.powf(-s);
    sum += base * term / (s - 1.0) + 0.5 * term;
    let (mut rising, mut power) = (s, term / base);
    for (k, b) in BERNOULLI.iter().enumerate() {
        let correction = b * rising * power;
        sum += correction;
        if correction.abs() < sum * f64::EPSILON / 4.0 {
            break;
        }
        let n = 2.0 * k as f64;
        rising *= (s + n + 1.0) * (s + n + 2.0);
        power /= base * base;
    }
    sum
}

/// The derivative of `n`-th order of [`digamma`]; NaN unless `n` is a natural number.
pub(super) fn polygamma(n: f64, x: f64) -> f64 {
    if n == 0.0 {
        return digamma(x);
    }
    if n.is_nan() || n < 0.0 || n != n.floor() {
        return f64::NAN;
    }
    let zeta = zeta(n + 1.0, x);
    let magnitude = if n <= 170.0 { libm::tgamma(n + 1.0) * zeta } else { (libm::lgamma(n + 1.0) + zeta.ln()).exp() };
    if n % 2.0 == 0.0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values are mpmath's; within a few units in the last place.
    fn close(got: f64, wanted: f64) {
        // Near a zero, and where a reflection cancels, relative to the terms.
        let error = (got - wanted).abs() / wanted.abs().max(1.0).min(1e3 * wanted.abs());
        assert!(error < 2e-15, "{got:e} instead of {wanted:e}, {error:e} apart");
    }

    #[test]
    fn digamma_at_known_points() {
        let known: [(f64, f64); 10] = [
            (0.001, -1000.5755719318103),
            (0.5, -1.9635100260214235),
            (1.0, -0.5772156649015329),
            (2.0, 0.42278433509846713),
            (3.75, 1.1825373886117962),
            (20.0, 2.970523992242149),
            (1000000.0, 13.815510057964191),
            (-0.5, 0.03648997397857652),
            (-3.7, -0.8450768588704194),
            (-20.25, 6.174235633614484),
        ];
        for (x, wanted) in known {
            close(digamma(x), wanted);
        }
        assert_eq!((digamma(0.0), digamma(-0.0)), (f64::NEG_INFINITY, f64::NEG_INFINITY));
        assert!(digamma(-3.0).is_nan() && digamma(f64::NEG_INFINITY).is_nan());
    }

    #[test]
    fn erf_inv_at_known_points() {
        let known: [(f64, f64); 8] = [
            (1e-12, 8.86226925452758e-13),
            (0.001, 0.0008862271574665521),
            (0.3, 0.2724627147267543),
            (-0.5, -0.4769362762044699),
            (0.75, 0.8134198475976185),
            (0.99, 1.8213863677184494),
            (0.999999, 3.458910737275499),
            (-0.9999999999999999, -5.8635847487551676),
        ];
        for (x, wanted) in known {
            close(erf_inv(x), wanted);
        }
        assert_eq!((erf_inv(1.0), erf_inv(-1.0)), (f64::INFINITY, f64::NEG_INFINITY));
        assert!(erf_inv(1.1).is_nan() && erf_inv(f64::NAN).is_nan() && erf_inv(-0.0).is_sign_negative());
    }

    #[test]
    fn bessel_i1e_at_known_points() {
        let known: [(f64, f64); 8] = [
            (1e-09, 4.999999995000001e-10),
            (0.5, 0.1564208031848717),
            (-2.0, -0.21526928924893765),
            (8.0, 0.13414249329269817),
            (24.5, 0.0793485288472677),
            (25.5, 0.07782578909193857),
            (100.0, 0.03974415302513025),
            (-100000.0, -0.0012615615301218171),
        ];
        for (x, wanted) in known {
            close(bessel_i1e(x), wanted);
        }
    }

    #[test]
    fn zeta_at_known_points() {
        let known: [((f64, f64), f64); 7] = [
            ((2.0, 1.0), 1.6449340668482264),
            ((1.0625, 0.25), 20.587776100280806),
            ((3.5, 2.0), 0.12673386731705666),
            ((10.0, 0.125), 1073741824.3084908),
            ((50.0, 7.5), 1.7691751142126597e-44),
            ((100.0, 30.0), 2.0166138838570525e-148),
            ((3.0, 100000.0), 5.00005000025e-11),
        ];
        for ((a, b), wanted) in known {
            close(zeta(a, b), wanted);
        }
        assert_eq!((zeta(1.0, 2.0), zeta(2.0, -1.0)), (f64::INFINITY, f64::INFINITY));
        assert!(zeta(0.5, 1.0).is_nan() && zeta(3.0, 0.0).is_nan() && zeta(2.5, -0.5).is_nan());
    }

    #[test]
    fn zeta_neg_at_known_points() {
        let known: [((f64, f64), f64); 3] =
            [((2.0, -0.5), 8.934802200544679), ((3.0, -4.25), -61.99063218366379), ((4.0, -20.75), 259.7575413912923)];
        for ((a, b), wanted) in known {
            close(zeta(a, b), wanted);
        }
    }

    #[test]
    fn polygamma_at_known_points() {
        let known: [((f64, f64), f64); 6] = [
            ((1.0, 1.0), 1.6449340668482264),
            ((2.0, 0.5), -16.82879664423432),
            ((3.0, 12.25), 0.0012284305869150693),
            ((3.0, -1.5), 194.59427621918763),
            ((0.0, 3.0), 0.9227843350984671),
            ((12.0, 2.5), -3256.697980402698),
        ];
        for ((a, b), wanted) in known {
            close(polygamma(a, b), wanted);
        }
        assert!(polygamma(1.5, 1.0).is_nan() && polygamma(-1.0, 1.0).is_nan());
    }
}
