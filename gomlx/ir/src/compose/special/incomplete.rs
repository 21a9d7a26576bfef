// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The incomplete gamma and beta functions: power series where these converge fast, continued fractions elsewhere
//! (Press et al., Numerical Recipes, 6.2 and 6.4), with derivatives by every argument.

use std::f64::consts::PI;

use super::super::declare::functions;
use super::super::{Composed, Composer, Var};
use super::dual::Dual;
use crate::Direction;

functions! { incomplete, Special:
    /// The lower incomplete gamma function, regularised: the integral of t^(a - 1) exp(-t) from 0 to x, over gamma(a).
    /// NaN if `a` or `x` is negative. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (a, x) = (Tensor::new(&[2], &[1.0f32, 0.5])?, Tensor::new(&[2], &[2.0f32, 1.0])?);
    /// assert_close!(special::gammainc(&a, &x), Tensor::new(&[2], &[0.86466472f32, 0.84270079])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gammainc(self, a: Tensor, x: Tensor) -> Tensor<T> {
        self.precisely([a, x], |args| Ok([self.incomplete_gamma(args, false)?]))?[0]
    }

    /// The upper incomplete gamma function, regularised: one minus [`gammainc`], exact where that is near 1. Floating
    /// point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (a, x) = (Tensor::new(&[2], &[1.0f32, 0.5])?, Tensor::new(&[2], &[2.0f32, 1.0])?);
    /// assert_close!(special::gammaincc(&a, &x), Tensor::new(&[2], &[0.13533528f32, 0.15729921])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gammaincc(self, a: Tensor, x: Tensor) -> Tensor<T> {
        self.precisely([a, x], |args| Ok([self.incomplete_gamma(args, true)?]))?[0]
    }

    /// The incomplete beta function, regularised: the integral of t^(a - 1) (1 - t)^(b - 1) from 0 to x, over
    /// beta(a, b). NaN unless `a` and `b` are positive and `x` is in [0, 1]. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (a, b) = (Tensor::new(&[1], &[2.0f32])?, Tensor::new(&[1], &[1.0f32])?);
    /// let x = Tensor::new(&[1], &[0.5f32])?;
    /// assert_close!(special::betainc(&a, &b, &x), Tensor::new(&[1], &[0.25f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn betainc(self, a: Tensor, b: Tensor, x: Tensor) -> Tensor<T> {
        let value = |args: [Var<'c>; 3]| {
            self.with_partials(
                args,
                |args| Ok(self.incomplete_beta(args.map(Dual::constant), false)?.value),
                |[a, b, x]| {
                    let by_a = self.incomplete_beta(Dual::by(0, [a, b, x]), true)?.derivative();
                    let by_b = self.incomplete_beta(Dual::by(1, [a, b, x]), true)?.derivative();
                    let log = (a - 1.0) * x.log() + (b - 1.0) * (-x).log1p() - self.betaln(a, b);
                    Ok([by_a, by_b, log.exp()])
                },
            )
        };
        self.precisely([a, b, x], |args| Ok([value(args)?]))?[0]
    }
}

/// So many steps a loop takes at most; the sums need about eight times the root of the largest argument.
const STEPS: usize = 20_000;

impl<'c> Composer<'c> {
    fn incomplete_gamma(&'c self, args: [Var<'c>; 2], upper: bool) -> Composed<Var<'c>> {
        self.with_partials(
            args,
            |args| Ok(self.incomplete_gamma_of(args.map(Dual::constant), false, upper)?.value),
            |[a, x]| {
                let by_a = self.incomplete_gamma_of(Dual::by(0, [a, x]), true, upper)?.derivative();
                let by_x = ((a - 1.0) * x.log() - x - self.gammaln(a)).exp();
                Ok([by_a, if upper { -by_x } else { by_x }])
            },
        )
    }

    fn incomplete_gamma_of(&'c self, [a, x]: [Dual<'c>; 2], by_variable: bool, upper: bool) -> Composed<Dual<'c>> {
        let inside = a.value.gt(0.0) & x.value.gt(0.0) & x.value.lt(f64::INFINITY);
        let is_near = x.value.lt(a.value + 1.0);
        // Each branch gets arguments for which it ends soon where the other one is taken.
        let (near, far) = (inside & is_near, inside & !is_near);
        let (one, three) = (a.like(1.0), a.like(3.0));
        let lower = self.gamma_series([a.select(near, one), x.select(near, one)], by_variable)?;
        let rest = self.gamma_fraction([a.select(far, one), x.select(far, three)], by_variable)?;
        let factor = self.gamma_factor([a.select(inside, one), x.select(inside, one)])?;
        let (lower, rest) = (lower * factor, rest * factor);
        let result = if upper { (1.0 - lower).select(is_near, rest) } else { lower.select(is_near, 1.0 - rest) };
        // At the ends; a = 0 has all of its weight at 0.
        let at_zero = x.value.compare(Direction::Eq, 0.0) & a.value.gt(0.0);
        let at_end =
            (x.value.compare(Direction::Eq, f64::INFINITY) & a.value.ge(0.0)) | (x.value.gt(0.0) & a.value.compare(Direction::Eq, 0.0));
        let (zero, nan) = (a.like(0.0), a.like(f64::NAN));
        let (first, last) = if upper { (one, zero) } else { (zero, one) };
        Ok(result.select(inside, first.select(at_zero, last.select(at_end, nan))))
    }

    /// x^a exp(-x) / gamma(a).
    fn gamma_factor(&'c self, [a, x]: [Dual<'c>; 2]) -> Composed<Dual<'c>> {
        // By Stirling's series the large logarithms are gone: mu is how far x is from a, relative to a.
        let is_large = a.value.ge(10.0);
        let (large_a, small_a) = (a.select(is_large, a.like(10.0)), a.like(1.0).select(is_large, a));
        let mu = (x - large_a) / large_a;
        let large = (large_a * (mu.log1p() - mu) - stirling(large_a) + (large_a / (2.0 * PI)).log() * 0.5).exp();
        let small = (small_a * x.log() - x - small_a.lgamma()).exp();
        Ok(large.select(is_large, small))
    }

    /// The sum of x^n / (a (a + 1) .. (a + n)).
    fn gamma_series(&'c self, [a, x]: [Dual<'c>; 2], by_variable: bool) -> Composed<Dual<'c>> {
        let term = 1.0 / a;
        let going = |[_, term, sum]: [Dual<'c>; 3]| term.value.gt(sum.value * 1e-17);
        let step = |_, [n, term, sum]: [Dual<'c>; 3]| {
            let n = n + 1.0;
            let term = term * x / n;
            [n, term, sum + term]
        };
        Ok(self.repeat_dual(STEPS, [a, term, term], by_variable, going, step)?[2])
    }

    /// Gamma(a, x) exp(x) / x^a as a continued fraction, by Lentz's method. With a = 1 - n it is exp(x) times the
    /// exponential integral of order n.
    pub(super) fn gamma_fraction(&'c self, [a, x]: [Dual<'c>; 2], by_variable: bool) -> Composed<Dual<'c>> {
        let first = x + 1.0 - a;
        let inverse = 1.0 / first;
        let state = [a.like(1e300), inverse, inverse, a.like(2.0)];
        let step = |k: Var<'c>, [numerator, inverse, product, _]: [Dual<'c>; 4]| {
            let k = Dual::constant(k + 1.0);
            let above = k * (a - k);
            let below = first + k * 2.0;
            let inverse = 1.0 / (above * inverse + below);
            let numerator = below + above / numerator;
            let factor = numerator * inverse;
            [numerator, inverse, product * factor, factor]
        };
        Ok(self.repeat_dual(STEPS, state, by_variable, unsettled, step)?[2])
    }

    fn incomplete_beta(&'c self, [a, b, x]: [Dual<'c>; 3], by_variable: bool) -> Composed<Dual<'c>> {
        let inside = a.value.gt(0.0) & b.value.gt(0.0) & x.value.gt(0.0) & x.value.lt(1.0);
        let valid = a.value.gt(0.0) & b.value.gt(0.0) & x.value.ge(0.0) & x.value.le(1.0);
        let (zero, half, one) = (a.like(0.0), a.like(0.5), a.like(1.0));
        let (a, b, y) = (a.select(inside, one), b.select(inside, one), x.select(inside, half));
        let direct = y.value.lt((a.value + 1.0) / (a.value + b.value + 2.0));
        // I(a, b, x) = 1 - I(b, a, 1 - x).
        let (p, q, z) = (a.select(direct, b), b.select(direct, a), y.select(direct, 1.0 - y));
        let rest = (1.0 - y).select(direct, y);
        let log = p * z.log() + q * rest.log() - (p.lgamma() + q.lgamma() - (p + q).lgamma());
        let part = log.exp() * self.beta_fraction([p, q, z], by_variable)? / p;
        let result = part.select(direct, 1.0 - part);
        let at_end = one.select(x.value.ge(1.0), zero);
        Ok(result.select(inside, at_end.select(valid, one.like(f64::NAN))))
    }

    fn beta_fraction(&'c self, [a, b, x]: [Dual<'c>; 3], by_variable: bool) -> Composed<Dual<'c>> {
        let (one, sum) = (a.like(1.0), a + b);
        let inverse = 1.0 / (1.0 - sum * x / (a + 1.0));
        let state = [one, inverse, inverse, one * 2.0];
        let step = |k: Var<'c>, [numerator, inverse, product, _]: [Dual<'c>; 4]| {
            let m = Dual::constant(k + 1.0);
            let twice = a + m * 2.0;
            let even = m * (b - m) * x / ((twice - 1.0) * twice);
            let inverse = 1.0 / (even * inverse + 1.0);
            let numerator = even / numerator + 1.0;
            let product = product * (inverse * numerator);
            let odd = (a + m) * (sum + m) * x / (twice * (twice + 1.0));
            let inverse = 1.0 / (1.0 - odd * inverse);
            let numerator = 1.0 - odd / numerator;
            let factor = inverse * numerator;
            [numerator, inverse, product * factor, factor]
        };
        Ok(self.repeat_dual(STEPS, state, by_variable, unsettled, step)?[2])
    }
}

/// Whether the last factor of a continued fraction still changes it or its derivative.
fn unsettled<'c>([_, _, _, factor]: [Dual<'c>; 4]) -> Var<'c> {
    let moves = (factor.value - 1.0).abs().gt(3e-16);
    match factor.slope {
        Some(slope) => moves | slope.abs().gt(1e-15),
        None => moves,
    }
}

/// lgamma(x) - ((x - 1/2) log(x) - x + log(2 pi) / 2) from 10 on: Stirling's series (DLMF 5.11.1).
pub(super) fn stirling<'c>(x: Dual<'c>) -> Dual<'c> {
    const SERIES: [f64; 8] =
        [-3617.0 / 122400.0, 1.0 / 156.0, -691.0 / 360360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0];
    let inverse = 1.0 / x;
    (inverse * inverse).horner(&SERIES) * inverse
}
