// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Terms of entropies, and transformations of probabilities and positive numbers.

use super::super::declare::functions;
use super::super::{Composed, Var};
use crate::Direction;

functions! { entropy, Special:
    /// -x log(x), the terms of an entropy: 0 at 0, -inf of negative numbers. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, 0.5])?;
    /// assert_close!(special::entr(&x), Tensor::new(&[2], &[0.0f32, 0.34657359])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn entr(self, x: Tensor) -> Tensor<T> {
        x.floating()?;
        let inside = x.gt(0.0);
        let safe = x.or_one(inside);
        let edge = x.zeros_like().select(x.compare(Direction::Eq, 0.0), f64::NEG_INFINITY);
        let edge = x.select(x.is_nan(), edge);
        (-(safe * safe.log())).select(inside, edge)
    }

    /// x log(x / y), the terms of a relative entropy, broadcast: 0 where x is 0 and y is not negative, inf where either
    /// is negative or y alone is 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (x, y) = (Tensor::new(&[2], &[0.0f32, 1.0])?, Tensor::new(&[2], &[1.0f32, 2.0])?);
    /// assert_close!(special::rel_entr(&x, &y), Tensor::new(&[2], &[0.0f32, -0.6931472])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn rel_entr(self, x: Tensor, y: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>, y: Var<'c>| {
            let inside = x.gt(0.0) & y.gt(0.0);
            let (p, q) = (x.or_one(inside), y.or_one(inside));
            let edge = x.zeros_like().select(x.compare(Direction::Eq, 0.0) & y.ge(0.0), f64::INFINITY);
            let edge = (x + y).select((x + y).is_nan(), edge);
            (p * (p / q).log()).select(inside, edge)
        };
        self.precisely([x, y], |[x, y]| Ok([value(x, y)]))?[0]
    }

    /// x log(x / y) - x + y, broadcast, the terms of a divergence that is not negative: y where x is 0, inf where
    /// either is negative or y alone is 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (x, y) = (Tensor::new(&[2], &[0.0f32, 1.0])?, Tensor::new(&[2], &[1.0f32, 2.0])?);
    /// assert_close!(special::kl_div(&x, &y), Tensor::new(&[2], &[1.0f32, 0.30685282])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn kl_div(self, x: Tensor, y: Tensor) -> Tensor<T> {
        self.precisely([x, y], |[x, y]| Ok([self.rel_entr(x, y) - x + y]))?[0]
    }

    /// log(x / (1 - x)), the inverse of [`Tensor::sigmoid`](crate::Tensor::sigmoid): -inf at 0, inf at 1, NaN beyond.
    /// Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.5f32, 0.75])?;
    /// assert_close!(special::logit(&x), Tensor::new(&[2], &[0.0f32, 1.0986123])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logit(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| {
            x.with_slope(
                |x| {
                    let is_central = x.gt(0.3) & x.lt(0.7);
                    let centred = x.select(is_central, 0.5);
                    let central = ((centred * 2.0 - 1.0) / (1.0 - centred)).log1p();
                    Ok(central.select(is_central, (x / (1.0 - x)).log()))
                },
                |x| Ok(1.0 / (x * (1.0 - x))),
            )
        };
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// Box and Cox's transformation (x^lambda - 1) / lambda, broadcast; log(x) where lambda is 0. NaN of negative `x`.
    /// Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (x, lambda) = (Tensor::new(&[2], &[2.0f32, 2.0])?, Tensor::new(&[2], &[0.0f32, 2.0])?);
    /// assert_close!(special::boxcox(&x, &lambda), Tensor::new(&[2], &[0.6931472f32, 1.5])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn boxcox(self, x: Tensor, lambda: Tensor) -> Tensor<T> {
        self.precisely([x, lambda], |[x, lambda]| Ok([power_over(x.log(), lambda)?]))?[0]
    }

    /// [`boxcox`] of 1 + x, exact near 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (x, lambda) = (Tensor::new(&[1], &[1e-8f32])?, Tensor::new(&[1], &[1.5f32])?);
    /// assert_close!(special::boxcox1p(&x, &lambda), Tensor::new(&[1], &[1e-8f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn boxcox1p(self, x: Tensor, lambda: Tensor) -> Tensor<T> {
        self.precisely([x, lambda], |[x, lambda]| Ok([power_over(x.log1p(), lambda)?]))?[0]
    }
}

/// (exp(lambda log) - 1) / lambda, from the logarithm.
fn power_over<'c>(log: Var<'c>, lambda: Var<'c>) -> Composed<Var<'c>> {
    let is_infinite = log.abs().compare(Direction::Eq, f64::INFINITY);
    let finite = log.select(!is_infinite, 0.0);
    let quotient = (finite * lambda).with_slope(
        |u| {
            let not_zero = u.compare(Direction::Ne, 0.0);
            Ok((u.expm1() / u.or_one(not_zero)).select(not_zero, 1.0))
        },
        slope_of_quotient,
    )?;
    let at_infinity = (log * lambda).expm1() / lambda;
    let at_infinity = log.select(lambda.compare(Direction::Eq, 0.0), at_infinity);
    Ok(at_infinity.select(is_infinite, finite * quotient))
}

/// The derivative of (exp(u) - 1) / u, whose terms cancel near 0: there the sum of (k + 1) u^k / (k + 2)!.
fn slope_of_quotient(u: Var<'_>) -> Composed<Var<'_>> {
    let is_near = u.abs().lt(1.0);
    let mut factorial = 1.0;
    let mut coefficients = vec![];
    for k in 0..18 {
        factorial *= f64::from(k + 2);
        coefficients.push(f64::from(k + 1) / factorial);
    }
    coefficients.reverse();
    let near = u.select(is_near, 0.0).horner(&coefficients);
    let far = u.or_one(!is_near);
    let far = (far.exp() * (far - 1.0) + 1.0) / far.square();
    Ok(near.select(is_near, far))
}
