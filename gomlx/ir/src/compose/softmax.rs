// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The softmax family, shifted by the maximum so that nothing overflows. Any shift gives the same result, so the
//! maximum counts as a constant for derivatives.

use super::declare::methods;
use super::{Composed, Var};
use crate::{Axes, BinaryOp};

methods! { softmax:
    /// exp(x) over its sum along axes; NaN of nothing but negative infinities. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.0f32, f32::NEG_INFINITY])?;
    /// assert_close!(x.softmax(-1), Tensor::new(&[2], &[1.0f32, 0.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn softmax(self, axes: Axes) -> Tensor<T> {
        let e = (self - self.shift(axes.axes())?).exp();
        e / e.sum_keep(axes.axes())
    }

    /// The logarithm of [`Tensor::softmax`]. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[0.0f32, -1000.0])?;
    /// assert_close!(x.log_softmax(-1), Tensor::new(&[2], &[0.0f32, -1000.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn log_softmax(self, axes: Axes) -> Tensor<T> {
        let shifted = self - self.shift(axes.axes())?;
        shifted - shifted.exp().sum_keep(axes.axes()).log()
    }

    /// [`Tensor::softmax`] of the elements whose mask is true, and 0 of the others; the mask broadcasts. Of a row
    /// without any it is 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[1.0f32, 1.0, 9.0])?;
    /// let mask = Tensor::new(&[3], &[true, true, false])?;
    /// assert_close!(x.softmax_where(&mask, -1), Tensor::new(&[3], &[0.5f32, 0.5, 0.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn softmax_where(self, mask: Mask, axes: Axes) -> Tensor<T> {
        let c = self.composer();
        let masked = self.select(mask, f64::NEG_INFINITY);
        let zero = c.zero_of(self)?;
        let e = (masked - masked.shift(axes.axes())?).exp();
        let sum = e.sum_keep(axes.axes());
        let sum = c.scalar(self.dtype()?, 1.0).select(sum.eq(0.0), sum);
        (e / sum).select(mask, zero)
    }

    /// The logarithm of the sum of exp(x) along axes, which go away; negative infinity of none. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[1000.0f32, 1000.0])?;
    /// assert_close!(x.logsumexp(0), Tensor::from(1000.0 + 2f32.ln()));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn logsumexp(self, axes: Axes) -> Tensor<T> {
        let axes = self.axes(axes.axes())?;
        let signed: Vec<i32> = axes.iter().map(|&axis| axis as i32).collect();
        let shift = self.shift(&signed)?;
        let log_sum = (self - shift).exp().reduce(BinaryOp::Add, &axes).log_or_least()?;
        log_sum + shift.without_axes(&axes)?
    }
}

impl<'c> Var<'c> {
    /// What exponents are shifted by: the maximum over axes, which stay with size 1, or 0 where it is infinite, so that
    /// no difference of infinities arises.
    fn shift(self, axes: &[i32]) -> Composed<Var<'c>> {
        let max = self.max_keep(axes).stopped_gradient();
        let zero = self.composer().zero_of(self)?;
        Ok(max.select(max.is_finite(), zero))
    }

    /// The logarithm of a sum of exponentials; where the sum is 0, negative infinity with a derivative of 0.
    fn log_or_least(self) -> Composed<Var<'c>> {
        let (c, dtype) = (self.composer(), self.dtype()?);
        let none = self.eq(0.0);
        let least = c.scalar(dtype, f64::NEG_INFINITY);
        Ok(least.select(none, c.scalar(dtype, 1.0).select(none, self).log()))
    }

    /// Without axes of size 1.
    fn without_axes(self, axes: &Axes) -> Composed<Var<'c>> {
        let kept = self.dims()?.into_iter().enumerate().filter(|(axis, _)| !axes.contains(axis));
        let dims: Vec<_> = kept.map(|(_, size)| size).collect();
        Ok(self.with_dims(&dims))
    }
}
