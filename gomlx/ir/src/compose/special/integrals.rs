// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Integrals of elementary functions: exponential, sine, cosine and Fresnel integrals, the dilogarithm. Power series
//! near 0, continued fractions elsewhere (Press et al., Numerical Recipes, 6.3, 6.8 and 6.9).

use std::f64::consts::{FRAC_PI_2, PI};

use smallvec::smallvec;

use super::super::declare::functions;
use super::super::region::Vars;
use super::super::{Composed, Composer, Var};
use super::EULER;
use super::dual::Dual;
use crate::{BinaryOp, Direction, UnaryOp};

functions! { integrals, Special:
    /// The exponential integral Ei: the principal value of the integral of exp(t) / t up to x; -inf at 0. Floating
    /// point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[1.0f32, -1.0])?;
    /// assert_close!(special::expi(&x), Tensor::new(&[2], &[1.8951178f32, -0.21938393])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn expi(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| x.with_slope(|x| self.exponential_integral(x), |x| Ok(x.exp() / x));
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// The exponential integral of order 1: the integral of exp(-xt) / t from 1 on; inf at 0, NaN of negative numbers.
    /// Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[1], &[1.0f32])?;
    /// assert_close!(special::exp1(&x), Tensor::new(&[1], &[0.21938393f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn exp1(self, x: Tensor) -> Tensor<T> {
        self.expn(x, 1)
    }

    /// The exponential integral of order `n`: the integral of exp(-xt) / t^n from 1 on; NaN of negative numbers.
    /// Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[1], &[1.0f32])?;
    /// assert_close!(special::expn(&x, 2), Tensor::new(&[1], &[0.14849551f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn expn(self, x: Tensor, n: Position) -> Tensor<T> {
        let value = |x: Var<'c>| match n {
            0 => Ok((-x).exp() / x),
            _ => x.with_slope(|x| self.exponential_integral_of_order(x, n), |x| Ok(-self.expn(x, n - 1))),
        };
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// The sine integral and the cosine integral of |x|: the integral of sin(t) / t from 0 to x, and minus that of
    /// cos(t) / t from |x| on. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (si, ci) = special::sici(&Tensor::new(&[1], &[1.0f32])?);
    /// assert_close!(si, Tensor::new(&[1], &[0.9460831f32])?);
    /// assert_close!(ci, Tensor::new(&[1], &[0.33740392f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sici(self, x: Tensor) -> (Tensor<T>, Tensor<T>) {
        let value = |x: Var<'c>| {
            let results = self.with_tangent(
                &[x],
                |args| self.sine_and_cosine_integral(args[0]),
                |args, tangents| {
                    let (x, t) = (args[0], tangents[0]);
                    let not_zero = x.compare(Direction::Ne, 0.0);
                    let sinc = (x.sin() / x.or_one(not_zero)).select(not_zero, 1.0);
                    Ok(smallvec![t * sinc, t * (x.cos() / x)])
                },
            )?;
            Ok([results[0], results[1]])
        };
        let [si, ci] = self.precisely([x], |[x]| value(x))?;
        (si, ci)
    }

    /// Fresnel's integrals: those of sin(pi t^2 / 2) and of cos(pi t^2 / 2) from 0 to x. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (s, c) = special::fresnel(&Tensor::new(&[1], &[1.0f32])?);
    /// assert_close!(s, Tensor::new(&[1], &[0.43825915f32])?);
    /// assert_close!(c, Tensor::new(&[1], &[0.7798934f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn fresnel(self, x: Tensor) -> (Tensor<T>, Tensor<T>) {
        let value = |x: Var<'c>| {
            let results = self.with_tangent(
                &[x],
                |args| self.fresnel_integrals(args[0]),
                |args, tangents| {
                    let angle = args[0].square() * FRAC_PI_2;
                    Ok(smallvec![tangents[0] * angle.sin(), tangents[0] * angle.cos()])
                },
            )?;
            Ok([results[0], results[1]])
        };
        let [s, c] = self.precisely([x], |[x]| value(x))?;
        (s, c)
    }

    /// Spence's function, the dilogarithm of 1 - x: minus the integral of log(t) / (t - 1) from 1 to x; NaN of negative
    /// numbers. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, 1.0])?;
    /// assert_close!(special::spence(&x), Tensor::new(&[2], &[1.644934f32, 0.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn spence(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| {
            x.with_slope(
                |x| Ok(dilogarithm(x)),
                |x| {
                    let not_one = x.compare(Direction::Ne, 1.0);
                    let slope = x.log() / (1.0 - x).or_one(not_one);
                    Ok(slope.select(not_one, -1.0))
                },
            )
        };
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }
}

/// So many steps a continued fraction takes at most.
const STEPS: usize = 500;

impl<'c> Composer<'c> {
    fn exponential_integral(&'c self, x: Var<'c>) -> Composed<Var<'c>> {
        let (is_positive, is_far) = (x.gt(0.0), x.gt(40.0));
        let negative = -self.expn((-x).select(x.lt(0.0), 1.0), 1);
        // All terms of the series are positive.
        let near = x.select(is_positive & !is_far, 1.0);
        let going = |vars: &[Var<'c>]| vars[0].gt(vars[1].abs() * 1e-18);
        let step = |k: Var<'c>, vars: &[Var<'c>]| {
            let term = vars[0] * near / (k + 2.0);
            smallvec![term, vars[1] + term / (k + 2.0)]
        };
        let series = self.repeat_at_most(STEPS, &[near, near], going, step)?[1] + near.log() + EULER;
        // The asymptotic series, up to its least term.
        let far = x.select(is_far, 50.0);
        let mut sum = far.constant_like(1.0);
        for k in (1..=40).rev() {
            sum = sum * f64::from(k) / far + 1.0;
        }
        let half = (far * 0.5).exp();
        let positive = (half * (half * sum / far)).select(is_far, series);
        let result = positive.select(is_positive, negative);
        let at_end = x.constant_like(f64::NEG_INFINITY).select(x.compare(Direction::Eq, 0.0), result);
        let at_end = x.select(x.compare(Direction::Eq, f64::INFINITY), at_end);
        Ok(x.select(x.is_nan(), at_end))
    }

    fn exponential_integral_of_order(&'c self, x: Var<'c>, n: usize) -> Composed<Var<'c>> {
        // The series of order 1, the sum of -(-x)^k / (k k!), and the recurrence to higher orders, up to 1.
        let (is_far, is_zero) = (x.gt(1.0), x.compare(Direction::Eq, 0.0));
        let near = x.select(x.gt(0.0) & !is_far, 1.0);
        let mut factorial = 1.0;
        let mut coefficients = vec![0.0];
        for k in 1..=20 {
            factorial *= f64::from(k);
            coefficients.push(if k % 2 == 1 { 1.0 } else { -1.0 } / (f64::from(k) * factorial));
        }
        coefficients.reverse();
        let mut series = near.horner(&coefficients) - near.log() - EULER;
        let power = (-near).exp();
        for order in 1..n {
            series = (power - near * series) / order as f64;
        }
        let far = x.select(is_far, 2.0);
        let order = far.constant_like(1.0 - n as f64);
        let fraction = self.gamma_fraction([order, far].map(Dual::constant), false)?.value;
        let result = (fraction * (-far).exp()).select(is_far, series);
        let at_zero = if n == 1 { f64::INFINITY } else { 1.0 / (n as f64 - 1.0) };
        let result = x.constant_like(at_zero).select(is_zero, result);
        let result = x.zeros_like().select(x.compare(Direction::Eq, f64::INFINITY), result);
        Ok(result.select(x.ge(0.0), f64::NAN))
    }

    /// The continued fraction 1 / (b - above(1) / (b + step - above(2) / (b + 2 step - ..))) of complex numbers, by
    /// Lentz's method.
    fn complex_fraction(&'c self, first: Var<'c>, step: f64, above: impl Fn(Var<'c>) -> Var<'c>) -> Composed<Var<'c>> {
        let one = self.complex_like(first, 1.0, 0.0);
        let (large, inverse) = (self.complex_like(first, 1e300, 0.0), one / first);
        let going = |vars: &[Var<'c>]| {
            let part = |op| (vars[3] - one).unary(op).abs();
            part(UnaryOp::Real).gt(1e-15) | part(UnaryOp::Imag).gt(1e-15)
        };
        let step = |k: Var<'c>, vars: &[Var<'c>]| {
            let k = k + 1.0;
            let complex = |x: Var<'c>| x.binary(BinaryOp::Complex, x * 0.0);
            let (above, below) = (complex(-above(k)), first + complex(k * step));
            let inverse = one / (above * vars[1] + below);
            let numerator = below + above / vars[0];
            let factor = numerator * inverse;
            Vars::from_iter([numerator, inverse, vars[2] * factor, factor])
        };
        Ok(self.repeat_at_most(STEPS, &[large, inverse, inverse, one * 2.0], going, step)?[2])
    }

    fn sine_and_cosine_integral(&'c self, x: Var<'c>) -> Composed<Vars<'c>> {
        let size = x.abs();
        let is_far = size.gt(2.0);
        // The sums of (-1)^k x^n / (n n!) over the odd n, and over the even ones.
        let near = size.constant_like(2.0).select(is_far, size);
        let square = near.square();
        let coefficients = |from: usize| -> Vec<f64> {
            let term = |k: usize| (1..=2 * k + from).map(|n| n as f64).product::<f64>() * (2 * k + from) as f64;
            (0..13).rev().map(|k| if k % 2 == 0 { 1.0 } else { -1.0 } / term(k)).collect()
        };
        let sine = near * square.horner(&coefficients(1));
        let cosine = near.log() + EULER - square * square.horner(&coefficients(2));
        let is_infinite = size.compare(Direction::Eq, f64::INFINITY);
        let far = size.constant_like(4.0).select(is_infinite, size).select(is_far, 4.0);
        let fraction = self.complex_fraction(far.constant_like(1.0).binary(BinaryOp::Complex, far), 2.0, |k| k.square())?;
        let turned = fraction * far.cos().binary(BinaryOp::Complex, -far.sin());
        let zero = size.zeros_like();
        let far_sine = zero.select(is_infinite, turned.unary(UnaryOp::Imag)) + FRAC_PI_2;
        let far_cosine = zero.select(is_infinite, -turned.unary(UnaryOp::Real));
        let nan = size.is_nan();
        let (sine, cosine) = (far_sine.select(is_far, sine), far_cosine.select(is_far, cosine));
        Ok(smallvec![x.select(nan, sine * x.sign()), x.select(nan, cosine)])
    }

    fn fresnel_integrals(&'c self, x: Var<'c>) -> Composed<Vars<'c>> {
        let size = x.abs();
        let is_far = size.gt(1.5);
        // With the angle t = pi x^2 / 2: x times the sums of (-1)^k t^n / (n! (2n + 1)) over the odd n, and the even
        // ones.
        let near = size.constant_like(1.5).select(is_far, size);
        let angle = near.square() * FRAC_PI_2;
        let coefficients = |from: usize| -> Vec<f64> {
            let term = |k: usize| (1..=2 * k + from).map(|n| n as f64).product::<f64>() * (4 * k + 2 * from + 1) as f64;
            (0..14).rev().map(|k| if k % 2 == 0 { 1.0 } else { -1.0 } / term(k)).collect()
        };
        let sine = near * angle * angle.square().horner(&coefficients(1));
        let cosine = near * angle.square().horner(&coefficients(0));
        let is_infinite = size.compare(Direction::Eq, f64::INFINITY);
        let far = size.constant_like(4.0).select(is_infinite, size).select(is_far, 4.0);
        let (twice, one) = (far.square() * PI, far.constant_like(1.0));
        let fraction = self.complex_fraction(one.binary(BinaryOp::Complex, -twice), 4.0, |k| (k * 2.0 - 1.0) * (k * 2.0))?;
        let scaled = fraction * far.binary(BinaryOp::Complex, -far);
        let angle = twice * 0.5;
        let wave = angle.cos().binary(BinaryOp::Complex, angle.sin()) * scaled;
        let result = (self.complex_like(wave, 1.0, 0.0) - wave) * self.complex_like(wave, 0.5, 0.5);
        let half = size.constant_like(0.5);
        let part = |op| half.select(is_infinite, result.unary(op));
        let (sine, cosine) = (part(UnaryOp::Imag).select(is_far, sine), part(UnaryOp::Real).select(is_far, cosine));
        let nan = size.is_nan();
        Ok(smallvec![x.select(nan, sine * x.sign()), x.select(nan, cosine * x.sign())])
    }
}

/// The dilogarithm of 1 - x.
fn dilogarithm(x: Var<'_>) -> Var<'_> {
    // The sum of B(k) u^(k + 1) / (k + 1)! with u = -log(x), after x is mapped to [1/2, 1].
    const SERIES: [f64; 10] = [
        43867.0 / 798.0 / 121_645_100_408_832_000.0,
        -3617.0 / 510.0 / 355_687_428_096_000.0,
        7.0 / 6.0 / 1_307_674_368_000.0,
        -691.0 / 2730.0 / 6_227_020_800.0,
        5.0 / 66.0 / 39_916_800.0,
        -1.0 / 30.0 / 362_880.0,
        1.0 / 42.0 / 5040.0,
        -1.0 / 30.0 / 120.0,
        1.0 / 6.0 / 6.0,
        1.0,
    ];
    // Li(1 - x) + Li(1 - 1/x) = -log(x)^2 / 2, and Li(1 - y) + Li(y) = pi^2 / 6 - log(y) log(1 - y).
    let is_high = x.gt(1.0);
    let y = (1.0 / x).select(is_high, x);
    let is_low = y.lt(0.5);
    let rest = y.select(is_low, 0.25);
    let u = -(-rest).log1p().select(is_low, y.log());
    let series = u * u.square().horner(&SERIES) - u.square() * 0.25;
    let product = (rest.log() * (-rest).log1p()).select(rest.gt(0.0), 0.0);
    let low = (PI * PI / 6.0 - product - series).select(is_low, series);
    let result = (-low - x.log().square() * 0.5).select(is_high, low);
    result.select(x.ge(0.0), f64::NAN)
}
