// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Activations of networks.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use super::declare::methods;
use super::{Composed, Composer, Var};
use crate::Code;

methods! { activation:
    /// The positive part; NaN stays. The derivative at 0 is 0.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.relu(), Tensor::new(&[3], &[0.0f32, 0.0, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn relu(self) -> Tensor<T> {
        let zero = self.composer().zero_of(self)?;
        zero.select(self.le(zero), self)
    }

    /// The element limited to 0 to 6; NaN stays. The derivative at 0 and 6 is 0.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 2.0, 9.0])?;
    /// assert_close!(x.relu6(), Tensor::new(&[3], &[0.0f32, 2.0, 6.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn relu6(self) -> Tensor<T> {
        let c = self.composer();
        let (zero, six) = (c.scalar(self.dtype()?, 0.0), c.scalar(self.dtype()?, 6.0));
        zero.select(self.le(zero), six.select(self.ge(six), self))
    }

    /// x where it is not negative, else `slope` x (Maas, Hannun and Ng, 2013). PyTorch and JAX take 0.01 by default.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.leaky_relu(0.01), Tensor::new(&[3], &[-0.01f32, 0.0, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn leaky_relu(self, slope: Real) -> Tensor<T> {
        self.select(self.ge(0.0), self * slope)
    }

    /// x where it is positive, else `slope` x, with a slope that is learnt and broadcasts (He et al., 2015).
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// let slope = Tensor::new(&[3], &[0.5f32, 0.5, 0.5])?;
    /// assert_close!(x.prelu(&slope), Tensor::new(&[3], &[-0.5f32, 0.0, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn prelu(self, slope: Operand) -> Tensor<T> {
        self.select(self.gt(0.0), self * slope.into())
    }

    /// x where it is positive, else `alpha` (exp(x) - 1) (Clevert, Unterthiner and Hochreiter, 2015). Floating point
    /// only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.elu(1.0), Tensor::new(&[3], &[-0.63212055f32, 0.0, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn elu(self, alpha: Real) -> Tensor<T> {
        let positive = self.gt(0.0);
        let negative = self.composer().zero_of(self)?.select(positive, self);
        self.select(positive, negative.expm1() * alpha)
    }

    /// x where it is positive, else `alpha` (exp(x / `alpha`) - 1) (Barron, 2017). Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.celu(2.0), Tensor::new(&[3], &[-0.78693867f32, 0.0, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn celu(self, alpha: Real) -> Tensor<T> {
        let positive = self.gt(0.0);
        let negative = self.composer().zero_of(self)?.select(positive, self);
        self.select(positive, (negative / alpha).expm1() * alpha)
    }

    /// The scaled [`Tensor::elu`] that keeps mean and variance through layers (Klambauer et al., 2017). Floating point
    /// only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.selu(), Tensor::new(&[3], &[-1.1113307f32, 0.0, 2.101402])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn selu(self) -> Tensor<T> {
        const ALPHA: f64 = 1.6732632423543773;
        const SCALE: f64 = 1.0507009873554805;
        self.elu(ALPHA) * SCALE
    }

    /// log(1 + exp(x)), a smooth [`Tensor::relu`]; does not overflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1000.0f32, 0.0, 1000.0])?;
    /// assert_close!(x.softplus(), Tensor::new(&[3], &[0.0f32, 0.6931472, 1000.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn softplus(self) -> Tensor<T> {
        // Each side of 0 is smooth, so that every derivative at 0 is right; by `abs` and `maximum` only the first would
        // be.
        let positive = self.gt(0.0);
        let zero = self.composer().zero_of(self)?;
        self.select(positive, zero) + (-self).select(positive, self).exp().log1p()
    }

    /// The logarithm of [`Tensor::sigmoid`]; does not overflow. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1000.0f32, 0.0, 1000.0])?;
    /// assert_close!(x.log_sigmoid(), Tensor::new(&[3], &[-1000.0f32, -0.6931472, 0.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn log_sigmoid(self) -> Tensor<T> {
        -(-self).softplus()
    }

    /// x sigmoid(x), also named swish (Elfwing, Uchibe and Doya, 2018). Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.silu(), Tensor::new(&[3], &[-0.26894143f32, 0.0, 1.7615942])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "swish")]
    fn silu(self) -> Tensor<T> {
        self * self.sigmoid()
    }

    /// x tanh(softplus(x)) (Misra, 2019). Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.mish(), Tensor::new(&[3], &[-0.30340147f32, 0.0, 1.943959])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn mish(self) -> Tensor<T> {
        self * self.softplus().tanh()
    }

    /// Gaussian error linear unit: x times the normal distribution function at x (Hendrycks and Gimpel, 2016).
    /// It does not cancel in the negative tail, where the relative error of `f32` results grows with x^2: 3e-6 at -10.
    /// Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.gelu(), Tensor::new(&[3], &[-0.15865526f32, 0.0, 1.9544997])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gelu(self) -> Tensor<T> {
        // 1 + erf(x) would cancel where x is negative. The half comes first: twice a large x may be infinite.
        self * 0.5 * (self * -FRAC_1_SQRT_2).erfc()
    }

    /// The usual approximation of [`Tensor::gelu`] by a hyperbolic tangent. The relative error of `f32` results grows
    /// to 1e-5 where they are below 1e-30. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.gelu_tanh(), Tensor::new(&[3], &[-0.15880801f32, 0.0, 1.9545977])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gelu_tanh(self) -> Tensor<T> {
        // (1 + tanh(u)) / 2 is sigmoid(2 u), which does not cancel where u is negative.
        let inner = (self + self * self * self * 0.044715) * (2.0 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2);
        self * inner.sigmoid()
    }

    /// x / (1 + |x|).
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.soft_sign(), Tensor::new(&[3], &[-0.5f32, 0.0, 0.6666667])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn soft_sign(self) -> Tensor<T> {
        self / (self.abs() + 1.0)
    }

    /// A sigmoid of straight lines: relu6(x + 3) / 6. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.hard_sigmoid(), Tensor::new(&[3], &[0.33333334f32, 0.5, 0.8333333])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hard_sigmoid(self) -> Tensor<T> {
        (self + 3.0).relu6() / 6.0
    }

    /// x hard_sigmoid(x), also named hard_swish (Howard et al., 2019). Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.hard_silu(), Tensor::new(&[3], &[-0.33333334f32, 0.0, 1.6666666])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hard_silu(self) -> Tensor<T> {
        self * self.hard_sigmoid()
    }

    /// x limited to -1 to 1.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.hard_tanh(), Tensor::new(&[3], &[-1.0f32, 0.0, 1.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hard_tanh(self) -> Tensor<T> {
        let c = self.composer();
        let (low, high) = (c.scalar(self.dtype()?, -1.0), c.scalar(self.dtype()?, 1.0));
        high.select(self.gt(1.0), low.select(self.lt(-1.0), self))
    }

    /// (x + sqrt(x^2 + `b`)) / 2, a smooth [`Tensor::relu`] without exponentials (Barron, 2021). JAX takes a `b` of 4
    /// by default. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.squareplus(4.0), Tensor::new(&[3], &[0.618034f32, 1.0, 2.4142137])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn squareplus(self, b: Real) -> Tensor<T> {
        let root = (self.square() + b).sqrt();
        // The sum cancels where x is negative; the quotient is the same number.
        ((self + root) / 2.0).select(self.gt(0.0), (0.5 * b) / (root - self.minimum(0.0)))
    }

    /// 0 below -1, x above 1, and the parabola (x + 1)^2 / 4 between. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.sparse_plus(), Tensor::new(&[3], &[0.0f32, 0.25, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sparse_plus(self) -> Tensor<T> {
        let zero = self.composer().zero_of(self)?;
        let parabola = (self + 1.0).square() * 0.25;
        zero.select(self.le(-1.0), self.select(self.ge(1.0), parabola))
    }

    /// x moved towards 0 by `lambda`, and 0 where it is nearer than that. PyTorch takes 0.5 by default.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.soft_shrink(0.5), Tensor::new(&[3], &[-0.5f32, 0.0, 1.5])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "softshrink")]
    fn soft_shrink(self, lambda: Real) -> Tensor<T> {
        let zero = self.composer().zero_of(self)?;
        (self - lambda).select(self.gt(lambda), (self + lambda).select(self.lt(-lambda), zero))
    }

    /// 0 where |x| is at most `lambda`, else x. PyTorch takes 0.5 by default.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.hard_shrink(1.5), Tensor::new(&[3], &[0.0f32, 0.0, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "hardshrink")]
    fn hard_shrink(self, lambda: Real) -> Tensor<T> {
        let zero = self.composer().zero_of(self)?;
        zero.select(self.ge(-lambda) & self.le(lambda), self)
    }

    /// x - tanh(x). Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.tanh_shrink(), Tensor::new(&[3], &[-0.23840584f32, 0.0, 1.0359725])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "tanhshrink")]
    fn tanh_shrink(self) -> Tensor<T> {
        let shrink = |x: Var<'c>| {
            // Near 0 the difference cancels. tanh(x) = x / (1 + c) with the continued fraction (DLMF 4.39.1)
            // c = x^2 / (3 + x^2 / (5 + ..)), so that x - tanh(x) = x c / (1 + c).
            let near = x.abs().lt(2.0);
            let inside = x.zeros_like().select(!near, x);
            let square = inside.square();
            let c = (1..11).rev().fold(square * (1.0 / 23.0), |c, k| square / (c + f64::from(2 * k + 1)));
            (inside * c / (c + 1.0)).select(near, x - x.tanh())
        };
        self.composer().precisely([self], |[x]| Ok([shrink(x)]))?[0]
    }

    /// x where it is greater than `threshold`, else `value`.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[-1.0f32, 0.0, 2.0])?;
    /// assert_close!(x.threshold(0.5, -7.0), Tensor::new(&[3], &[-7.0f32, -7.0, 2.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn threshold(self, threshold: Real, value: Real) -> Tensor<T> {
        self.select(self.gt(threshold), value)
    }

    /// Gated linear unit: the first half of an axis times the sigmoid of the second (Dauphin et al., 2017). The size of
    /// the axis must be even. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[3.0f32, 0.0])?;
    /// assert_close!(x.glu(0), Tensor::new(&[1], &[1.5f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn glu(self, axis: Axis) -> Tensor<T> {
        let position = self.axis(axis)?;
        let size = self.dims()?[position].clone();
        let Some(half) = size.lit().filter(|n| n % 2 == 0).map(|n| n / 2) else {
            let message = format!("axis {axis} of {} has no two halves", self.shape()?);
            return Err(self.composer().wrong_if(size.lit().is_some(), Code::Shape, message));
        };
        self.slice_axis(axis, 0, half) * self.slice_axis(axis, half, size).sigmoid()
    }
}

impl<'c> Composer<'c> {
    /// A scalar zero of the element type of a tensor.
    pub(super) fn zero_of(&'c self, x: Var<'c>) -> Composed<Var<'c>> {
        Ok(self.scalar(x.dtype()?, 0.0))
    }
}
