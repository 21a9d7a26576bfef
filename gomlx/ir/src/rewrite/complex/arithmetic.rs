// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Complex numbers as pairs of real numbers: arithmetic, exponentials and roots.

use std::f64::consts::LN_2;

use crate::rewrite::math::Num;

/// The real and the imaginary part.
#[derive(Clone, Copy)]
pub(in crate::rewrite) struct Pair<'m, 'a> {
    pub(in crate::rewrite) re: Num<'m, 'a>,
    pub(in crate::rewrite) im: Num<'m, 'a>,
}

pub(in crate::rewrite) fn pair<'m, 'a>(re: Num<'m, 'a>, im: Num<'m, 'a>) -> Pair<'m, 'a> {
    Pair { re, im }
}

/// The absolute value of a point. Its squares do not overflow. It is infinite if a part is infinite.
pub(super) fn hypot<'m, 'a>(x: Num<'m, 'a>, y: Num<'m, 'a>) -> Num<'m, 'a> {
    let (x, y) = (x.abs(), y.abs());
    let (large, small) = (x.max(y), x.min(y));
    let ratio = small / large;
    let norm = large * (1.0 + ratio * ratio).sqrt();
    let norm = large.is(0.0).select(large, norm);
    x.is_infinite().or(y.is_infinite()).select(x.infinity(), norm)
}

/// The logarithm of the absolute value, without cancellation if the absolute value is near one.
pub(super) fn log_norm<'m, 'a>(x: Num<'m, 'a>, y: Num<'m, 'a>) -> Num<'m, 'a> {
    let (x, y) = (x.abs(), y.abs());
    let (large, small) = (x.max(y), x.min(y));
    let near = 0.5 * ((large - 1.0) * (large + 1.0) + small * small).ln_1p();
    let ratio = small / large;
    let ratio = large.is(0.0).or(small.is(0.0)).select(small, ratio);
    let far = large.ln() + 0.5 * (ratio * ratio).ln_1p();
    let log = large.above(0.5).and(large.below(2.0)).select(near, far);
    x.is_infinite().or(y.is_infinite()).select(x.infinity(), log)
}

/// A product that is zero if `by` is zero, even if `factor` is infinite.
fn scaled<'m, 'a>(factor: Num<'m, 'a>, by: Num<'m, 'a>) -> Num<'m, 'a> {
    by.is(0.0).select(by, factor * by)
}

impl<'m, 'a> Pair<'m, 'a> {
    pub(in crate::rewrite) fn norm(self) -> Num<'m, 'a> {
        hypot(self.re, self.im)
    }

    fn angle(self) -> Num<'m, 'a> {
        self.im.atan2(self.re)
    }

    pub(super) fn add(self, other: Pair<'m, 'a>) -> Pair<'m, 'a> {
        pair(self.re + other.re, self.im + other.im)
    }

    pub(super) fn sub(self, other: Pair<'m, 'a>) -> Pair<'m, 'a> {
        pair(self.re - other.re, self.im - other.im)
    }

    pub(super) fn mul(self, other: Pair<'m, 'a>) -> Pair<'m, 'a> {
        pair(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
    }

    pub(super) fn neg(self) -> Pair<'m, 'a> {
        pair(-self.re, -self.im)
    }

    pub(super) fn times_i(self) -> Pair<'m, 'a> {
        pair(-self.im, self.re)
    }

    pub(super) fn over_i(self) -> Pair<'m, 'a> {
        pair(self.im, -self.re)
    }

    /// This where the condition is true, `other` elsewhere.
    pub(super) fn or_else(self, condition: Num<'m, 'a>, other: Pair<'m, 'a>) -> Pair<'m, 'a> {
        pair(condition.select(self.re, other.re), condition.select(self.im, other.im))
    }

    /// One, of the same shape.
    pub(super) fn one(self) -> Pair<'m, 'a> {
        pair(self.re.like(1.0), self.re.like(0.0))
    }

    /// Smith's division, with C99's results for zero and infinite operands.
    pub(super) fn div(self, y: Pair<'m, 'a>) -> Pair<'m, 'a> {
        let x = self;
        let zero = x.re.like(0.0);
        let wide = y.re.abs().ge(y.im.abs());
        let (big, small) = (wide.select(y.re, y.im), wide.select(y.im, y.re));
        let ratio = small / big;
        let scale = big + small * ratio;
        let (a, b) = (wide.select(x.re, x.im), wide.select(x.im, x.re));
        // The real part is (a + b ratio) / scale. The sign of the imaginary part depends on which part of y is larger.
        let re = (a + b * ratio) / scale;
        let im = wide.select(x.im - x.re * ratio, x.im * ratio - x.re) / scale;
        let smith = pair(re, im);
        let infinity = x.re.infinity().with_sign(y.re);
        let by_zero = pair(infinity * x.re, infinity * x.im);
        // Infinite parts count as one, finite parts as zero.
        let unit = |v: Num<'m, 'a>| v.is_infinite().select(v.like(1.0), zero).with_sign(v);
        let (c, d) = (unit(y.re), unit(y.im));
        let vanishing = pair(0.0 * (x.re * c + x.im * d), 0.0 * (x.im * c - x.re * d));
        let (a, b) = (unit(x.re), unit(x.im));
        let inf = x.re.infinity();
        let infinite = pair(inf * (a * y.re + b * y.im), inf * (b * y.re - a * y.im));
        let x_infinite = x.re.is_infinite().or(x.im.is_infinite());
        let y_infinite = y.re.is_infinite().or(y.im.is_infinite());
        let result = infinite.or_else(x_infinite.and(y_infinite.not()), smith);
        let result = vanishing.or_else(y_infinite.and(x_infinite.not()), result);
        by_zero.or_else(y.re.is(0.0).and(y.im.is(0.0)), result)
    }

    pub(super) fn exp(self) -> Pair<'m, 'a> {
        // The exponential is applied as two factors: the product may be in range when the exponential is not.
        let root = (self.re * 0.5).exp();
        let (sin, cos) = (self.im.sin(), self.im.cos());
        let result = pair(root * (root * cos), scaled(root, scaled(root, sin)));
        // If the magnitude is zero, so is the result, even if the angle is infinite or NaN.
        let zero = self.re.like(0.0);
        let nothing = self.re.is(f64::NEG_INFINITY);
        pair(zero, zero).or_else(nothing.and(sin.is_nan()), result)
    }

    /// exp(z) - 1 without cancellation near zero.
    pub(super) fn exp_m1(self) -> Pair<'m, 'a> {
        let half = (self.im * 0.5).sin();
        let near = pair(self.re.exp_m1() * self.im.cos() - 2.0 * (half * half), scaled(self.re.exp(), self.im.sin()));
        let far = self.exp().sub(self.one());
        near.or_else(self.re.abs().below(16.0), far)
    }

    pub(super) fn ln(self) -> Pair<'m, 'a> {
        pair(log_norm(self.re, self.im), self.angle())
    }

    /// ln(1 + z) without cancellation near zero.
    pub(super) fn ln_1p(self) -> Pair<'m, 'a> {
        let near = 0.5 * (self.re * (2.0 + self.re) + self.im * self.im).ln_1p();
        let far = log_norm(1.0 + self.re, self.im);
        let small = self.re.abs().below(0.5).and(self.im.abs().below(1.0));
        pair(small.select(near, far), self.im.atan2(1.0 + self.re))
    }

    pub(super) fn sqrt(self) -> Pair<'m, 'a> {
        // Scale by powers of four: then no sum overflows and no term of a quotient underflows.
        let largest = self.re.abs().max(self.im.abs());
        let (big, tiny) = (largest.above(1e18), largest.below(1e-18));
        let (down, up, down_root, up_root) = if self.re.is_double() { (600, 600, 300, 300) } else { (66, 66, 33, 33) };
        let power = |n: i32| self.re.like(2f64.powi(n));
        let one = self.re.like(1.0);
        let scale = big.select(power(-down), tiny.select(power(up), one));
        let root = big.select(power(down_root), tiny.select(power(-up_root), one));
        let (x, y) = (self.re * scale, self.im * scale);
        let w = (0.5 * x.abs() + 0.5 * hypot(x, y)).sqrt();
        let other = y / (2.0 * w);
        let right = pair(w * root, other * root);
        let left = pair(other.abs() * root, (w * root).with_sign(self.im));
        let result = left.or_else(x.below(0.0), right);
        let zero = self.re.like(0.0);
        let result = pair(zero, self.im).or_else(self.re.is(0.0).and(self.im.is(0.0)), result);
        // An infinite part decides the result; an infinite imaginary part has priority.
        let infinity = self.re.infinity();
        let result = pair(infinity, zero.with_sign(self.im)).or_else(self.re.is(f64::INFINITY), result);
        let result = pair(zero, infinity.with_sign(self.im)).or_else(self.re.is(f64::NEG_INFINITY), result);
        pair(infinity, self.im).or_else(self.im.is_infinite(), result)
    }

    pub(super) fn rsqrt(self) -> Pair<'m, 'a> {
        self.one().div(self.sqrt())
    }

    pub(super) fn cbrt(self) -> Pair<'m, 'a> {
        let radius = self.norm().unary(crate::UnaryOp::Cbrt);
        let third = self.angle() / 3.0;
        pair(radius * third.cos(), scaled(radius, third.sin()))
    }

    pub(super) fn logistic(self) -> Pair<'m, 'a> {
        // The exponential of a number with a negative real part does not overflow.
        let right = self.re.ge(self.re.like(0.0));
        let e = self.neg().or_else(right, self).exp();
        let one = self.one();
        one.or_else(right, e).div(one.add(e))
    }

    pub(super) fn sign(self) -> Pair<'m, 'a> {
        // Scale down: then the norm of large parts does not overflow.
        let (x, y) = (self.re * 0.25, self.im * 0.25);
        let tiny = hypot(self.re, self.im).below(1.0);
        let norm = tiny.select(hypot(self.re, self.im), hypot(x, y));
        let unit = pair(tiny.select(self.re, x) / norm, tiny.select(self.im, y) / norm);
        self.or_else(self.re.is(0.0).and(self.im.is(0.0)), unit)
    }

    /// x^y as exp(y ln x). For a zero base the result is the limit of its absolute value.
    pub(super) fn pow(self, y: Pair<'m, 'a>) -> Pair<'m, 'a> {
        let (angle, log) = (self.angle(), log_norm(self.re, self.im));
        let magnitude = self.norm().pow(y.re) * (-scaled(angle, y.im)).exp();
        let turn = scaled(angle, y.re) + scaled(log, y.im);
        let usual = pair(magnitude * turn.cos(), scaled(magnitude, turn.sin()));
        let (zero, nan) = (self.re.like(0.0), self.re.nan());
        let real = y.im.is(0.0);
        let of_zero = pair(self.re.infinity(), zero).or_else(y.re.below(0.0).and(real), pair(nan, nan));
        let of_zero = pair(zero, zero).or_else(y.re.above(0.0), of_zero);
        let of_zero = self.one().or_else(y.re.is(0.0).and(real), of_zero);
        of_zero.or_else(self.re.is(0.0).and(self.im.is(0.0)), usual)
    }

    /// The principal value of the angle of the point (y, x): -i ln((y + ix) / sqrt(x^2 + y^2)).
    pub(super) fn atan2(self, y: Pair<'m, 'a>) -> Pair<'m, 'a> {
        let squares = self.mul(self).add(y.mul(y));
        y.add(self.times_i()).div(squares.sqrt()).ln().over_i()
    }

    /// For a large real part, exp(|x|) / 2 is applied as two factors: the product may be in range when exp(|x|) is not.
    pub(super) fn sinh(self) -> Pair<'m, 'a> {
        let (sin, cos) = (self.im.sin(), self.im.cos());
        let near = pair(scaled(cos, small_sinh(self.re)), scaled(small_cosh(self.re), sin));
        let root = (0.5 * self.re.abs()).exp();
        let far = pair((0.5 * root * cos * root) * self.re.like(1.0).with_sign(self.re), scaled(root, scaled(0.5 * root, sin)));
        far.or_else(self.re.abs().above(16.0), near)
    }

    pub(super) fn cosh(self) -> Pair<'m, 'a> {
        let (sin, cos) = (self.im.sin(), self.im.cos());
        let sinh = small_sinh(self.re);
        let near = pair(small_cosh(self.re) * cos, scaled(scaled(sin, sinh), sin.is(0.0).select(sin, sin.like(1.0))));
        let root = (0.5 * self.re.abs()).exp();
        let far = pair(0.5 * root * cos * root, scaled(root, scaled(0.5 * root, sin)) * self.re.like(1.0).with_sign(self.re));
        far.or_else(self.re.abs().above(16.0), near)
    }

    pub(super) fn tanh(self) -> Pair<'m, 'a> {
        let (x, y) = (self.re, self.im);
        let t = y.tan();
        let beta = 1.0 + t * t;
        let s = small_sinh(x.max(x.like(-20.0)).min(x.like(20.0)));
        let rho = (1.0 + s * s).sqrt();
        let scale = 1.0 + beta * (s * s);
        let near = pair(beta * rho * s / scale, t / scale);
        // One minus an exponentially small number.
        let small = 4.0 * (y.sin() * y.cos()) * (-2.0 * x.abs()).exp();
        let small = y.is_infinite().select(y.like(0.0), small);
        let far = pair(x.like(1.0).with_sign(x), small);
        far.or_else(x.abs().above(if x.is_double() { 20.0 } else { 10.0 }), near)
    }
}

/// The hyperbolic sine of a number of at most 20.
fn small_sinh<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let e = x.abs().exp_m1();
    (0.5 * (e + e / (e + 1.0))).with_sign(x)
}

fn small_cosh<'m, 'a>(x: Num<'m, 'a>) -> Num<'m, 'a> {
    let e = x.abs().exp();
    0.5 * e + 0.5 / e
}

/// The logarithm of twice the absolute value.
pub(super) fn log_twice<'m, 'a>(x: Num<'m, 'a>, y: Num<'m, 'a>) -> Num<'m, 'a> {
    LN_2 + log_norm(x, y)
}
