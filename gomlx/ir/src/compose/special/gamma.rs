// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The gamma function, its logarithm and derivatives, and functions composed of it.

use std::f64::consts::PI;

use super::super::declare::functions;
use super::super::{Composer, Var};
use super::dual::Dual;
use super::incomplete::stirling;
use crate::{BinaryOp, Code, DType, Direction, UnaryOp};

functions! { gamma_functions, Special:
    /// The logarithm of the magnitude of [`gamma`]; inf at 0 and negative integers. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.5f32, 4.0])?;
    /// assert_close!(special::gammaln(&x), Tensor::new(&[2], &[0.5723649f32, 1.7917595])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "lgamma")]
    #[doc(alias = "loggamma")]
    fn gammaln(self, x: Tensor) -> Tensor<T> {
        self.precisely([x], |[x]| Ok([x.unary(UnaryOp::Lgamma)]))?[0]
    }

    /// The gamma function: (x - 1)! of integers. NaN at negative integers, inf with the sign of a zero. Floating point
    /// only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.5f32, 5.0])?;
    /// assert_close!(special::gamma(&x), Tensor::new(&[2], &[1.7724539f32, 24.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gamma(self, x: Tensor) -> Tensor<T> {
        self.precisely([x], |[x]| Ok([self.gammaln(x).exp() * self.gammasgn(x)]))?[0]
    }

    /// The sign of [`gamma`]: 1 or -1, NaN at negative integers. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, special};
    /// let x = Tensor::new(&[3], &[2.0f32, -0.5, -1.5])?;
    /// assert_eq!(special::gammasgn(&x).to_vec()?, [1.0, -1.0, 1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gammasgn(self, x: Tensor) -> Tensor<T> {
        x.floating()?;
        let below = x.floor();
        let is_odd = (below * 0.5).floor().compare(Direction::Ne, below * 0.5);
        let is_negative = x.lt(0.0);
        let is_negative_zero = x.compare(Direction::Eq, 0.0) & (1.0 / x).lt(0.0);
        let sign = x.constant_like(-1.0).select((is_negative & is_odd) | is_negative_zero, 1.0);
        let no_sign = (is_negative & x.compare(Direction::Eq, below)) | x.is_nan();
        x.constant_like(f64::NAN).select(no_sign, sign)
    }

    /// The factorial of real numbers, gamma(x + 1); 0 of negative ones. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[0.0f32, 5.0])?;
    /// assert_close!(special::factorial(&x), Tensor::new(&[2], &[1.0f32, 120.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn factorial(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| {
            let is_negative = x.lt(0.0);
            let gamma = self.gamma(x.zeros_like().select(is_negative, x) + 1.0);
            x.zeros_like().select(is_negative, gamma)
        };
        self.precisely([x], |[x]| Ok([value(x)]))?[0]
    }

    /// The derivative of [`gammaln`]; -inf at 0, NaN at negative integers. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[1.0f32, 2.0])?;
    /// assert_close!(special::digamma(&x), Tensor::new(&[2], &[-0.5772157f32, 0.42278434])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "psi")]
    fn digamma(self, x: Tensor) -> Tensor<T> {
        self.precisely([x], |[x]| Ok([x.unary(UnaryOp::Digamma)]))?[0]
    }

    /// The derivative of order `n`, integers in a tensor, of [`digamma`]; they broadcast. NaN of negative orders.
    /// Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (n, x) = (Tensor::new(&[2], &[0i32, 1])?, Tensor::new(&[2], &[1.0f32, 1.0])?);
    /// assert_close!(special::polygamma(&n, &x), Tensor::new(&[2], &[-0.5772157f32, 1.6449341])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn polygamma(self, n: Indices, x: Tensor) -> Tensor<T> {
        self.precisely([x], |[x]| Ok([n.convert(DType::F64).binary(BinaryOp::Polygamma, x)]))?[0]
    }

    /// Hurwitz's zeta function: the sum of (q + k)^-x over k from 0. inf at x = 1, NaN below. There is no derivative by
    /// `x`. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (x, q) = (Tensor::new(&[1], &[2.0f32])?, Tensor::new(&[1], &[1.0f32])?);
    /// assert_close!(special::zeta(&x, &q), Tensor::new(&[1], &[1.6449341f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn zeta(self, x: Tensor, q: Tensor) -> Tensor<T> {
        self.precisely([x, q], |[x, q]| Ok([x.binary(BinaryOp::Zeta, q)]))?[0]
    }

    /// The beta function, gamma(a) gamma(b) / gamma(a + b). Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (a, b) = (Tensor::new(&[1], &[2.0f32])?, Tensor::new(&[1], &[3.0f32])?);
    /// assert_close!(special::beta(&a, &b), Tensor::new(&[1], &[1.0f32 / 12.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn beta(self, a: Tensor, b: Tensor) -> Tensor<T> {
        let sign = |a: Var<'c>, b: Var<'c>| self.gammasgn(a) * self.gammasgn(b) * self.gammasgn(a + b);
        self.precisely([a, b], |[a, b]| Ok([self.betaln(a, b).exp() * sign(a, b)]))?[0]
    }

    /// The logarithm of the magnitude of [`beta`]; large arguments do not cancel. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (a, b) = (Tensor::new(&[1], &[100.0f32])?, Tensor::new(&[1], &[50.0f32])?);
    /// assert_close!(special::betaln(&a, &b), Tensor::new(&[1], &[-96.30952f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn betaln(self, a: Tensor, b: Tensor) -> Tensor<T> {
        let value = |args| {
            self.with_partials(
                args,
                |[a, b]| Ok(self.log_beta(a.minimum(b), a.maximum(b))),
                |[a, b]| {
                    let both = self.digamma(a + b);
                    Ok([self.digamma(a) - both, self.digamma(b) - both])
                },
            )
        };
        self.precisely([a, b], |args| Ok([value(args)?]))?[0]
    }

    /// The rising factorial, gamma(x + m) / gamma(x). Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (x, m) = (Tensor::new(&[1], &[2.0f32])?, Tensor::new(&[1], &[3.0f32])?);
    /// assert_close!(special::poch(&x, &m), Tensor::new(&[1], &[24.0f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "pochhammer")]
    fn poch(self, x: Tensor, m: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>, m: Var<'c>| {
            let sign = self.gammasgn(x + m) * self.gammasgn(x);
            let rising = (self.gammaln(x + m) - self.gammaln(x)).exp() * sign;
            x.constant_like(1.0).select(m.compare(Direction::Eq, 0.0), rising)
        };
        self.precisely([x, m], |[x, m]| Ok([value(x, m)]))?[0]
    }

    /// The logarithm of the multivariate gamma function of dimension `d`. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let a = Tensor::new(&[1], &[2.0f32])?;
    /// assert_close!(special::multigammaln(&a, 2), Tensor::new(&[1], &[0.45158273f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn multigammaln(self, a: Tensor, d: Position) -> Tensor<T> {
        if d == 0 {
            return Err(self.wrong(Code::Attribute, "the dimension is 0"));
        }
        let value = |a: Var<'c>| {
            let constant = d as f64 * (d as f64 - 1.0) / 4.0 * PI.ln();
            (0..d).fold(a.constant_like(constant), |sum, j| sum + self.gammaln(a - j as f64 * 0.5))
        };
        self.precisely([a], |[a]| Ok([value(a)]))?[0]
    }
}

impl<'c> Composer<'c> {
    /// [`Composer::betaln`] of the smaller and the larger argument.
    fn log_beta(&'c self, a: Var<'c>, b: Var<'c>) -> Var<'c> {
        let plain = self.gammaln(a) + self.gammaln(b) - self.gammaln(a + b);
        // With Stirling's series the large terms of the logarithms are gone (DiDonato and Morris, 1992).
        let (small, large) = (a.ge(10.0), b.ge(10.0));
        let (p, q) = (a.maximum(10.0), b.maximum(10.0));
        let delta = |x: Var<'c>| stirling(Dual::constant(x)).value;
        let one_large =
            self.gammaln(a) - (q - 0.5) * (a / q).log1p() - a * ((a + q).abs().log() - 1.0) + delta(q) - delta((a + q).maximum(10.0));
        let both_large =
            0.5 * (2.0 * PI).ln() - q.log() * 0.5 + (p - 0.5) * (p / (p + q)).log() - q * (p / q).log1p() + delta(p) + delta(q)
                - delta(p + q);
        both_large.select(small, one_large.select(large & a.gt(0.0), plain))
    }
}
