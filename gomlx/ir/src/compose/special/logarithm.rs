// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Logarithms of sums and differences of exponentials, without overflow.

use super::super::declare::functions;
use super::super::{Composed, Composer, Var};
use crate::{Axes, BinaryOp, Dim, Direction};

functions! { logarithm, Special:
    /// log(1 - exp(-x)) of positive `x`; -inf at 0, NaN below. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[1e-5f32, 1.0])?;
    /// assert_close!(special::log1mexp(&x), Tensor::new(&[2], &[-11.512931f32, -0.45867515])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn log1mexp(self, x: Tensor) -> Tensor<T> {
        let value = |x: Var<'c>| {
            x.with_slope(
                // Mächler, 2012: the better of two forms on each side of log 2.
                |x| Ok((-(-x).expm1()).log().select(x.lt(std::f64::consts::LN_2), (-(-x).exp()).log1p())),
                |x| Ok(1.0 / x.expm1()),
            )
        };
        self.precisely([x], |[x]| Ok([value(x)?]))?[0]
    }

    /// log(exp(x) - exp(y)), broadcast; -inf where they are equal, NaN where `y` is greater. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (x, y) = (Tensor::new(&[1], &[100.0f32])?, Tensor::new(&[1], &[99.0f32])?);
    /// assert_close!(special::logdiffexp(&x, &y), Tensor::new(&[1], &[99.541325f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logdiffexp(self, x: Tensor, y: Tensor) -> Tensor<T> {
        self.precisely([x, y], |[x, y]| Ok([x + self.log1mexp(x - y)]))?[0]
    }

    /// The logarithm of the mean of exp(x) over axes, which go away. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let x = Tensor::new(&[2], &[1000.0f32, 1000.0])?;
    /// assert_close!(special::logmeanexp(&x, 0), Tensor::scalar(1000.0f32));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logmeanexp(self, x: Tensor, axes: Axes) -> Tensor<T> {
        let positions = x.axes(axes.axes())?;
        let dims = x.dims()?;
        let count = positions.iter().fold(Dim::Lit(1), |count, &axis| &count * &dims[axis]);
        let [sum, _] = self.signed_sum(x, x.ones_like(), &positions)?;
        sum - self.count(x.dtype()?, &count).log()
    }

    /// The logarithm of the magnitude of the sum of b exp(x) over axes, which go away, and the sign of the sum. `x` and
    /// the factors `b` broadcast. Floating point only.
    ///
    /// The logarithm is -inf, and the sign 0, of no terms and of a sum of 0.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, special};
    /// let (x, b) = (Tensor::new(&[2], &[1000.0f32, 1000.0])?, Tensor::new(&[2], &[1.0f32, -2.0])?);
    /// let (log, sign) = special::signed_logsumexp(&x, &b, 0);
    /// assert_close!(log, Tensor::scalar(1000.0f32));
    /// assert_close!(sign, Tensor::scalar(-1.0f32));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn signed_logsumexp(self, x: Tensor, b: Tensor, axes: Axes) -> (Tensor<T>, Tensor<T>) {
        let (x, b) = self.broadcast_pair(x, b)?;
        let [log, sign] = self.signed_sum(x, b, &x.axes(axes.axes())?)?;
        (log, sign)
    }
}

impl<'c> Composer<'c> {
    fn signed_sum(&'c self, x: Var<'c>, factors: Var<'c>, axes: &[usize]) -> Composed<[Var<'c>; 2]> {
        x.floating()?;
        let counts = factors.compare(Direction::Ne, 0.0);
        let zero = x.zeros_like();
        let max = x.select(counts, f64::NEG_INFINITY).stopped_gradient().reduce(BinaryOp::Maximum, axes);
        // A maximum that is infinite takes nothing away.
        let max = max.select(max.is_finite(), 0.0);
        let kept: Axes = axes.into();
        let shifted = x.select(counts, zero) - x.keep_axes(max, &kept)?;
        let sum = (factors * shifted.exp()).select(counts, zero).reduce(BinaryOp::Add, axes);
        Ok([sum.abs().log() + max, sum.sign()])
    }
}
