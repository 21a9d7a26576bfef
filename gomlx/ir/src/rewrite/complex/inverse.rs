// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inverse functions of complex numbers, as pairs of real numbers. They follow Hull, Fairgrieve and Tang, "Implementing
//! the complex arcsine and arccosine functions using exception handling" (1997), and Kahan (1987) for `atanh`. The sign
//! of a zero chooses the side of a branch cut.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, PI};

use super::arithmetic::{Pair, hypot, log_twice, pair};
use crate::rewrite::math::Num;

/// The arcsine of a number with non-negative parts: the tangent of its real part as the fraction `sine / cosine`, and
/// its imaginary part `log`.
struct Arc<'m, 'a> {
    sine: Num<'m, 'a>,
    cosine: Num<'m, 'a>,
    log: Num<'m, 'a>,
}

fn choose<'m, 'a>(condition: Num<'m, 'a>, a: Arc<'m, 'a>, b: Arc<'m, 'a>) -> Arc<'m, 'a> {
    Arc { sine: condition.select(a.sine, b.sine), cosine: condition.select(a.cosine, b.cosine), log: condition.select(a.log, b.log) }
}

/// The limit beyond which squares overflow. Below its reciprocal squares underflow.
fn large<'m, 'a>(x: Num<'m, 'a>) -> f64 {
    if x.is_double() { 1e150 } else { 1e18 }
}

fn arc<'m, 'a>(x: Num<'m, 'a>, y: Num<'m, 'a>) -> Arc<'m, 'a> {
    let (one, zero) = (x.like(1.0), x.like(0.0));
    let (large, small) = (large(x), 1.0 / large(x));
    let inside = x.below(1.0);
    let (r, s) = (hypot(x + 1.0, y), hypot(x - 1.0, y));
    let a = 0.5 * (r + s);
    // sqrt(a² - x²), the numerator of the cosine.
    let to_one = s + (x - 1.0).abs();
    let square = y * y;
    let up_to_one = (0.5 * (a + x) * (square / (r + x + 1.0) + to_one)).sqrt();
    let beyond = y * (0.5 * ((a + x) / (r + x + 1.0) + (a + x) / to_one)).sqrt();
    let cosine = x.gt(one).select(beyond, up_to_one);
    let far = (a + (a * a - 1.0).sqrt()).ln();
    let rest = inside.select(square / to_one, to_one);
    let above = 0.5 * (square / (r + (x + 1.0)) + rest);
    let near = (above + (above * (a + 1.0)).sqrt()).ln_1p();
    let usual = Arc { sine: x, cosine, log: a.above(1.5).select(far, near) };
    // On the real axis, or so close to it that the square of y vanishes.
    let flat = y.below(small);
    let root = ((1.0 - x).abs() * (1.0 + x)).sqrt();
    let log = x.below(1.5).select((x - 1.0 + root).ln_1p(), (x + root).ln());
    let on_axis = choose(inside, Arc { sine: x, cosine: root, log: y / root }, Arc { sine: root, cosine: y, log });
    let at_one = Arc { sine: one, cosine: y.sqrt(), log: y.sqrt() };
    let result = choose(flat.and(x.is(1.0)), at_one, choose(flat, on_axis, usual));
    let huge = x.above(large).or(y.above(large));
    let result = choose(huge, Arc { sine: x, cosine: y, log: log_twice(x, y) }, result);
    let infinite = x.is_infinite().or(y.is_infinite());
    let unit = |v: Num<'m, 'a>| v.is_infinite().select(one, zero);
    choose(infinite, Arc { sine: unit(x), cosine: unit(y), log: x.infinity() }, result)
}

impl<'m, 'a> Pair<'m, 'a> {
    /// Replaces the result if a part is NaN. The new real part is `re` if the real part of this is zero, otherwise NaN.
    fn with_nan(self, re: Num<'m, 'a>, result: Pair<'m, 'a>) -> Pair<'m, 'a> {
        let nan = self.re.nan();
        let infinite = self.re.is_infinite().or(self.im.is_infinite());
        let im = infinite.select(self.re.infinity(), nan);
        let re = self.re.is(0.0).select(re, nan);
        pair(re, im).or_else(self.re.is_nan().or(self.im.is_nan()), result)
    }

    pub(super) fn asin(self) -> Pair<'m, 'a> {
        let arc = arc(self.re.abs(), self.im.abs());
        let result = pair(arc.sine.atan2(arc.cosine).with_sign(self.re), arc.log.with_sign(self.im));
        self.with_nan(self.re, result)
    }

    pub(super) fn acos(self) -> Pair<'m, 'a> {
        let arc = arc(self.re.abs(), self.im.abs());
        let angle = arc.cosine.atan2(arc.sine);
        let re = self.re.is_negative().select(PI - angle, angle);
        self.with_nan(self.re.like(FRAC_PI_2), pair(re, -arc.log.with_sign(self.im)))
    }

    pub(super) fn asinh(self) -> Pair<'m, 'a> {
        self.times_i().asin().over_i()
    }

    pub(super) fn acosh(self) -> Pair<'m, 'a> {
        let arccosine = self.acos();
        arccosine.over_i().or_else(self.im.is_negative(), arccosine.times_i())
    }

    pub(super) fn atanh(self) -> Pair<'m, 'a> {
        let (x, y) = (self.re.abs(), self.im.abs());
        let (large, small) = (large(x), 1.0 / large(x));
        let (zero, quarter_turn) = (x.like(0.0), x.like(FRAC_PI_2));
        let below = 1.0 - x;
        let (re, im) = {
            let ratio = 4.0 * x / (below * below + y.below(small).select(zero, y * y));
            (0.25 * ratio.ln_1p(), 0.5 * (2.0 * y).atan2(below * (1.0 + x) - y * y))
        };
        // At the pole at one, or so close to it that the square of y vanishes.
        let touching = x.is(1.0).and(y.below(small));
        let on_pole = y.is(0.0);
        let pole = pair(on_pole.select(x.infinity(), 0.5 * (LN_2 - y.ln())), on_pole.select(zero, x.like(FRAC_PI_4)));
        let result = pole.or_else(touching, pair(re, im));
        // For huge z the result is the real part of 1/z, computed with scaling, and a quarter turn.
        let largest = x.max(y);
        let (a, b) = (x / largest, y / largest);
        let rest = largest.is_infinite().select(zero, a / (a * a + b * b) / largest);
        let huge = x.above(large).or(y.above(large));
        let result = pair(rest, quarter_turn).or_else(huge, result);
        let nan = x.nan();
        let nothing_left = x.is_infinite().or(x.is(0.0)).or(y.is_infinite());
        let unknown = pair(nothing_left.select(zero, nan), y.is_infinite().select(quarter_turn, nan));
        let result = unknown.or_else(x.is_nan().or(y.is_nan()), result);
        pair(result.re.with_sign(self.re), result.im.with_sign(self.im))
    }
}
