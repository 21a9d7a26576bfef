// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions of complex numbers, accurate at branch cuts, near zeros and for infinities. Signed zeros choose the side
//! of a cut, and special values are those of Annex G of C99.
//!
//! Inverse functions follow Hull, Fairgrieve and Tang, "Implementing the complex
//! arcsine and arccosine functions using exception handling" (1997); `tanh` and
//! `atanh` follow Kahan, "Branch cuts for complex elementary functions" (1987).

use std::f64::consts::{FRAC_PI_2, LN_2, PI};

use num_complex::Complex64 as C;

/// Beyond this squares overflow.
const LARGE: f64 = 1e150;
/// Below this squares underflow.
const SMALL: f64 = 1e-150;

/// `i z`.
fn times_i(z: C) -> C {
    C::new(-z.im, z.re)
}

/// `-i z`.
fn over_i(z: C) -> C {
    C::new(z.im, -z.re)
}

/// A product that is zero if a factor is, also of an infinity.
fn scaled(factor: f64, by: f64) -> f64 {
    if by == 0.0 { by } else { factor * by }
}

/// Smith's division, with C99's results for zero and infinite operands.
pub(super) fn divide(x: C, y: C) -> C {
    if y.re == 0.0 && y.im == 0.0 {
        let infinity = f64::INFINITY.copysign(y.re);
        return C::new(infinity * x.re, infinity * x.im);
    }
    if y.re.is_infinite() || y.im.is_infinite() {
        if x.re.is_finite() && x.im.is_finite() {
            let unit = |v: f64| if v.is_infinite() { 1f64.copysign(v) } else { 0f64.copysign(v) };
            let (c, d) = (unit(y.re), unit(y.im));
            return C::new(0.0 * (x.re * c + x.im * d), 0.0 * (x.im * c - x.re * d));
        }
        return C::new(f64::NAN, f64::NAN);
    }
    if (x.re.is_infinite() || x.im.is_infinite()) && y.re.is_finite() && y.im.is_finite() {
        let unit = |v: f64| if v.is_infinite() { 1f64.copysign(v) } else { 0f64.copysign(v) };
        let (a, b) = (unit(x.re), unit(x.im));
        return C::new(f64::INFINITY * (a * y.re + b * y.im), f64::INFINITY * (b * y.re - a * y.im));
    }
    if y.re.abs() >= y.im.abs() {
        let ratio = y.im / y.re;
        let scale = y.re + y.im * ratio;
        C::new((x.re + x.im * ratio) / scale, (x.im - x.re * ratio) / scale)
    } else {
        let ratio = y.re / y.im;
        let scale = y.re * ratio + y.im;
        C::new((x.re * ratio + x.im) / scale, (x.im * ratio - x.re) / scale)
    }
}

pub(super) fn exp(z: C) -> C {
    if z.re == f64::NEG_INFINITY {
        let (re, im) = if z.im.is_finite() { (z.im.cos(), z.im.sin()) } else { (0.0, 0.0) };
        return C::new(0.0 * re, 0.0 * im);
    }
    if z.re == f64::INFINITY && !z.im.is_finite() {
        return C::new(f64::INFINITY, f64::NAN);
    }
    // In two steps, since a product may be in range where the exponential is not.
    let root = (z.re / 2.0).exp();
    let (sin, cos) = z.im.sin_cos();
    if z.re.abs() < 700.0 {
        let e = z.re.exp();
        return C::new(e * cos, scaled(e, sin));
    }
    C::new(root * cos * root, scaled(root, scaled(root, sin)))
}

/// exp(z) - 1 without cancellation near zero.
pub(super) fn exp_m1(z: C) -> C {
    if z.re.abs() > 30.0 || !z.im.is_finite() {
        return exp(z) - 1.0;
    }
    let half = (z.im / 2.0).sin();
    C::new(z.re.exp_m1() * z.im.cos() - 2.0 * half * half, z.re.exp() * z.im.sin())
}

/// The logarithm of the absolute value, without loss where that is near one.
fn log_norm(x: f64, y: f64) -> f64 {
    let (large, small) = if x.abs() >= y.abs() { (x.abs(), y.abs()) } else { (y.abs(), x.abs()) };
    if large.is_infinite() || small.is_infinite() {
        return f64::INFINITY;
    }
    if large > 0.5 && large < 2.0 {
        return 0.5 * ((large - 1.0) * (large + 1.0) + small * small).ln_1p();
    }
    let ratio = if large == 0.0 { 0.0 } else { small / large };
    large.ln() + 0.5 * (ratio * ratio).ln_1p()
}

pub(super) fn ln(z: C) -> C {
    C::new(log_norm(z.re, z.im), z.im.atan2(z.re))
}

/// ln(1 + z) without cancellation near zero.
pub(super) fn ln_1p(z: C) -> C {
    let re =
        if z.re.abs() < 0.5 && z.im.abs() < 1.0 { 0.5 * (z.re * (2.0 + z.re) + z.im * z.im).ln_1p() } else { log_norm(1.0 + z.re, z.im) };
    C::new(re, z.im.atan2(1.0 + z.re))
}

pub(super) fn sqrt(z: C) -> C {
    if z.im.is_infinite() {
        return C::new(f64::INFINITY, z.im);
    }
    if z.re == f64::NEG_INFINITY {
        let re = if z.im.is_nan() { f64::NAN } else { 0.0 };
        return C::new(re, f64::INFINITY.copysign(z.im));
    }
    if z.re == f64::INFINITY {
        return C::new(f64::INFINITY, if z.im.is_nan() { f64::NAN } else { 0f64.copysign(z.im) });
    }
    if z.re == 0.0 && z.im == 0.0 {
        return C::new(0.0, z.im);
    }
    // Scaled by a power of four, so that neither the sum overflows nor a square underflows.
    let largest = z.re.abs().max(z.im.abs());
    let (scale, root) = if largest > LARGE {
        (2f64.powi(-600), 2f64.powi(300))
    } else if largest < SMALL {
        (2f64.powi(600), 2f64.powi(-300))
    } else {
        (1.0, 1.0)
    };
    let (x, y) = (z.re * scale, z.im * scale);
    let w = ((x.abs() + x.hypot(y)) / 2.0).sqrt();
    let other = y / (2.0 * w);
    if x >= 0.0 { C::new(w * root, other * root) } else { C::new(other.abs() * root, (w * root).copysign(z.im)) }
}

pub(super) fn rsqrt(z: C) -> C {
    divide(C::new(1.0, 0.0), sqrt(z))
}

pub(super) fn cbrt(z: C) -> C {
    if z.im == 0.0 && z.re >= 0.0 {
        return C::new(z.re.cbrt(), z.im);
    }
    C::from_polar(z.re.hypot(z.im).cbrt(), z.im.atan2(z.re) / 3.0)
}

pub(super) fn sinh(z: C) -> C {
    if z.re.abs() > 30.0 {
        let half = exp(C::new(z.re.abs() - LN_2, z.im));
        return C::new(half.re.copysign(half.re * z.re), half.im);
    }
    let (sin, cos) = z.im.sin_cos();
    C::new(scaled(cos, z.re.sinh()), scaled(z.re.cosh(), sin))
}

pub(super) fn cosh(z: C) -> C {
    if z.re.abs() > 30.0 {
        let half = exp(C::new(z.re.abs() - LN_2, z.im));
        return C::new(half.re, half.im.copysign(half.im * z.re));
    }
    let (sin, cos) = z.im.sin_cos();
    C::new(z.re.cosh() * cos, if sin == 0.0 || z.re == 0.0 { 0f64.copysign(z.re * sin) } else { z.re.sinh() * sin })
}

pub(super) fn sin(z: C) -> C {
    over_i(sinh(times_i(z)))
}

pub(super) fn cos(z: C) -> C {
    cosh(times_i(z))
}

pub(super) fn tanh(z: C) -> C {
    let C { re: x, im: y } = z;
    if x.abs() > 22.0 {
        // One but for an exponentially small part.
        let small = if y.is_finite() { 4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp() } else { 0f64.copysign(y) };
        return C::new(1f64.copysign(x), small);
    }
    let t = y.tan();
    let beta = 1.0 + t * t;
    let s = x.sinh();
    let rho = (1.0 + s * s).sqrt();
    if t.is_infinite() {
        return C::new(rho / s, 1.0 / t);
    }
    let scale = 1.0 + beta * s * s;
    C::new(beta * rho * s / scale, t / scale)
}

pub(super) fn tan(z: C) -> C {
    over_i(tanh(times_i(z)))
}

pub(super) fn logistic(z: C) -> C {
    let one = C::new(1.0, 0.0);
    if z.re >= 0.0 {
        divide(one, one + exp(-z))
    } else {
        let e = exp(z);
        divide(e, one + e)
    }
}

pub(super) fn sign(z: C) -> C {
    if z.re == 0.0 && z.im == 0.0 {
        return z;
    }
    let norm = z.re.hypot(z.im);
    if norm > f64::MAX && z.re.is_finite() && z.im.is_finite() {
        return sign(z / 4.0);
    }
    C::new(z.re / norm, z.im / norm)
}

/// x^y by way of the logarithm; a zero base has the limits of its absolute value.
pub(super) fn power(x: C, y: C) -> C {
    if x.re == 0.0 && x.im == 0.0 {
        return match y {
            _ if y.re == 0.0 && y.im == 0.0 => C::new(1.0, 0.0),
            _ if y.re > 0.0 => C::new(0.0, 0.0),
            _ if y.re < 0.0 && y.im == 0.0 => C::new(f64::INFINITY, 0.0),
            _ => C::new(f64::NAN, f64::NAN),
        };
    }
    let angle = x.im.atan2(x.re);
    let log = log_norm(x.re, x.im);
    let magnitude = x.re.hypot(x.im).powf(y.re) * (-scaled(angle, y.im)).exp();
    let turn = scaled(angle, y.re) + scaled(log, y.im);
    let (sin, cos) = turn.sin_cos();
    C::new(magnitude * cos, scaled(magnitude, sin))
}

/// The principal value, -i ln((y + ix) / sqrt(x^2 + y^2)) of the point (y, x).
pub(super) fn atan2(x: C, y: C) -> C {
    over_i(ln(divide(y + times_i(x), sqrt(x * x + y * y))))
}

/// The common part of [`asin`] and [`acos`], from the absolute values of the parts: the tangent of the real part of the
/// arcsine as a numerator and a denominator, and its imaginary part.
fn arc(x: f64, y: f64) -> (f64, f64, f64) {
    if x.is_infinite() || y.is_infinite() {
        let unit = |v: f64| f64::from(u8::from(v.is_infinite()));
        return (unit(x), unit(y), f64::INFINITY);
    }
    if x > LARGE || y > LARGE {
        return (x, y, LN_2 + log_norm(x, y));
    }
    if y < SMALL && x != 1.0 {
        // On the real axis, or as good as: the squares of y vanish.
        if x < 1.0 {
            let root = ((1.0 - x) * (1.0 + x)).sqrt();
            return (x, root, y / root);
        }
        let root = ((x - 1.0) * (x + 1.0)).sqrt();
        let log = if x < 1.5 { (x - 1.0 + root).ln_1p() } else { (x + root).ln() };
        return (root, y, log);
    }
    if y < SMALL {
        return (1.0, y.sqrt(), y.sqrt());
    }
    let (r, s) = ((x + 1.0).hypot(y), (x - 1.0).hypot(y));
    let a = 0.5 * (r + s);
    // sqrt(a^2 - x^2), which is the cosine's numerator.
    let cosine = if x <= 1.0 {
        (0.5 * (a + x) * (y * y / (r + x + 1.0) + (s + (1.0 - x)))).sqrt()
    } else {
        y * (0.5 * ((a + x) / (r + x + 1.0) + (a + x) / (s + (x - 1.0)))).sqrt()
    };
    let log = if a > 1.5 {
        (a + (a * a - 1.0).sqrt()).ln()
    } else {
        let rest = if x < 1.0 { y * y / (s + (1.0 - x)) } else { s + (x - 1.0) };
        let above = 0.5 * (y * y / (r + (x + 1.0)) + rest);
        (above + (above * (a + 1.0)).sqrt()).ln_1p()
    };
    (x, cosine, log)
}

pub(super) fn asin(z: C) -> C {
    if z.re.is_nan() || z.im.is_nan() {
        return with_nan(z, z.re);
    }
    let (sine, cosine, log) = arc(z.re.abs(), z.im.abs());
    C::new(sine.atan2(cosine).copysign(z.re), log.copysign(z.im))
}

pub(super) fn acos(z: C) -> C {
    if z.re.is_nan() || z.im.is_nan() {
        return with_nan(z, if z.re == 0.0 { FRAC_PI_2 } else { f64::NAN });
    }
    let (sine, cosine, log) = arc(z.re.abs(), z.im.abs());
    let angle = cosine.atan2(sine);
    let re = if z.re.is_sign_negative() { PI - angle } else { angle };
    C::new(re, -log.copysign(z.im))
}

/// The arcsine or arccosine of a number with a NaN; `re` where only the imaginary part is.
fn with_nan(z: C, re: f64) -> C {
    if z.re.is_infinite() || z.im.is_infinite() {
        return C::new(f64::NAN, f64::INFINITY);
    }
    C::new(if z.re == 0.0 { re } else { f64::NAN }, f64::NAN)
}

pub(super) fn asinh(z: C) -> C {
    over_i(asin(times_i(z)))
}

pub(super) fn acosh(z: C) -> C {
    let w = acos(z);
    if z.im.is_sign_negative() { over_i(w) } else { times_i(w) }
}

pub(super) fn atanh(z: C) -> C {
    let (x, y) = (z.re.abs(), z.im.abs());
    if x.is_nan() || y.is_nan() {
        let re = if z.re.is_infinite() || z.re == 0.0 || y.is_infinite() { 0f64.copysign(z.re) } else { f64::NAN };
        return C::new(re, if y.is_infinite() { FRAC_PI_2.copysign(z.im) } else { f64::NAN });
    }
    if x > LARGE || y > LARGE {
        // 1/z, scaled: its real part is all that is left beside the angle.
        let largest = x.max(y);
        let (a, b) = (x / largest, y / largest);
        let re = if largest.is_infinite() { 0.0 } else { a / (a * a + b * b) / largest };
        return C::new(re.copysign(z.re), FRAC_PI_2.copysign(z.im));
    }
    if x == 1.0 && y < SMALL {
        let re = if y == 0.0 { f64::INFINITY } else { 0.5 * (LN_2 - y.ln()) };
        let im = if y == 0.0 { 0.0 } else { PI / 4.0 };
        return C::new(re.copysign(z.re), im.copysign(z.im));
    }
    let below = 1.0 - x;
    let re = if y < SMALL { 4.0 * x / (below * below) } else { 4.0 * x / (below * below + y * y) };
    let im = (2.0 * y).atan2(below * (1.0 + x) - y * y);
    C::new((0.25 * re.ln_1p()).copysign(z.re), (0.5 * im).copysign(z.im))
}

pub(super) fn atan(z: C) -> C {
    over_i(atanh(times_i(z)))
}
