// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Differences and integrals of samples, covariance, standardised values.

use super::declare::methods;
use super::{Composed, Var};
use crate::{BinaryOp, Code, DType};

impl<'c> Var<'c> {
    /// Each element but the last, and each but the first, along an axis.
    fn neighbours(self, axis: usize) -> Composed<(Var<'c>, Var<'c>)> {
        let n = self.size(axis)?;
        let last = n.saturating_sub(1);
        Ok((self.steps(axis, 0, last, 1)?, self.steps(axis, n - last, n, 1)?))
    }

    /// The means of neighbours times the distances between them.
    fn trapezoids(self, axis: usize, dx: Var<'c>) -> Composed<Var<'c>> {
        self.inexact()?;
        let (before, after) = self.neighbours(axis)?;
        Ok((before + after) * 0.5 * dx)
    }
}

methods! { difference:
    /// The `n`-th difference of neighbours along an axis, which becomes shorter by `n`. Of booleans, whether neighbours
    /// differ.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[4], &[1, 4, 9, 16])?;
    /// assert_eq!(x.diff(1, 0).to_vec()?, [3, 5, 7]);
    /// assert_eq!(x.diff(2, 0).to_vec()?, [2, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "ediff1d")]
    fn diff(self, n: Position, axis: Axis) -> Tensor<T> {
        let (mut x, position) = (self, self.axis(axis)?);
        for _ in 0..n.min(self.size(position)?) {
            let (before, after) = x.neighbours(position)?;
            x = if x.dtype()? == DType::Bool { before.ne(after) } else { after - before };
        }
        x
    }

    /// The derivative of samples `spacing` apart along an axis: central differences of second order within, one-sided
    /// ones at the ends. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[4], &[1.0f32, 4.0, 9.0, 16.0])?;
    /// assert_eq!(x.gradient(1.0, 0).to_vec()?, [3.0, 4.0, 6.0, 7.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gradient(self, spacing: Real, axis: Axis) -> Tensor<T> {
        self.inexact()?;
        let position = self.axis(axis)?;
        let n = self.size(position)?;
        if n < 2 {
            let message = format!("axis {axis} of {} has fewer than 2 samples", self.shape()?);
            return Err(self.composer().wrong(Code::Shape, message));
        }
        let at = |start: usize, end: usize| self.steps(position, start, end, 1);
        let ends = [(at(1, 2)? - at(0, 1)?), (at(n - 1, n)? - at(n - 2, n - 1)?)];
        let within = (at(2, n)? - at(0, n - 2)?) * 0.5;
        self.composer().concat([ends[0], within, ends[1]], axis) * (1.0 / spacing)
    }

    /// The integral of samples `dx` apart along an axis, which goes away, by the trapezoidal rule. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[3], &[1.0f32, 2.0, 3.0])?.trapezoid(0.5, 0).item()?, 2.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "trapz")]
    fn trapezoid(self, dx: Real, axis: Axis) -> Tensor<T> {
        let (c, position) = (self.composer(), self.axis(axis)?);
        self.trapezoids(position, c.operand(self.dtype()?, dx.into()))?.sum_axis(axis)
    }

    /// The integral of samples at the points `x`, a vector or of the same dims, along an axis, which goes away, by the
    /// trapezoidal rule. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (y, x) = (Tensor::new(&[3], &[1.0f32, 2.0, 3.0])?, Tensor::new(&[3], &[0.0f32, 1.0, 3.0])?);
    /// assert_eq!(y.trapezoid_over(&x, 0).item()?, 6.5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn trapezoid_over(self, x: Tensor, axis: Axis) -> Tensor<T> {
        let (position, dims) = (self.axis(axis)?, self.dims()?);
        let x = if x.rank()? == 1 { x.broadcast_in_dim(&dims, [position].into_iter().collect()) } else { x.broadcast(&dims) };
        self.trapezoids(position, x.diff(1, axis))?.sum_axis(axis)
    }

    /// The integrals from the first sample to each later one, `dx` apart, along an axis, which becomes shorter by 1, by
    /// the trapezoidal rule. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[3], &[1.0f32, 2.0, 3.0])?.cumulative_trapezoid(1.0, 0).to_vec()?, [1.5, 4.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cumulative_trapezoid(self, dx: Real, axis: Axis) -> Tensor<T> {
        let (c, position) = (self.composer(), self.axis(axis)?);
        self.trapezoids(position, c.operand(self.dtype()?, dx.into()))?.cumsum(axis)
    }

    /// The covariances of the rows of `[variables, observations]`, over the number of observations less `ddof`; of a
    /// vector, its variance as a scalar. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 3], &[1.0f32, 2.0, 3.0, 3.0, 2.0, 1.0])?;
    /// assert_eq!(x.cov(1).to_vec()?, [1.0, -1.0, -1.0, 1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cov(self, ddof: Integer) -> Tensor<T> {
        self.inexact()?;
        let shape = self.shape()?;
        let (1 | 2) = shape.rank() else {
            return Err(self.composer().wrong(Code::Shape, format!("{shape} is neither [variables, observations] nor a vector")));
        };
        let last = shape.rank() - 1;
        let x = self.convert(shape.dtype.accumulator());
        let centred = x - x.mean_keep(-1);
        let products = if last == 0 { centred.square().sum() } else { centred.matmul(centred.t()) };
        (products / x.number(&[last], x.dtype()?, ddof)?).convert(shape.dtype)
    }

    /// Pearson's correlations of the rows of `[variables, observations]`, limited to [-1, 1]; that of a vector
    /// is a scalar, one. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2, 3], &[1.0f32, 2.0, 3.0, 3.0, 2.0, 1.0])?;
    /// assert_close!(x.corrcoef(), Tensor::new(&[2, 2], &[1.0f32, -1.0, -1.0, 1.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn corrcoef(self) -> Tensor<T> {
        let covariance = self.cov(1);
        if self.rank()? == 1 {
            return Ok(covariance.binary(BinaryOp::Divide, covariance));
        }
        let deviation = self.var_axis(-1, 1).sqrt();
        (covariance / deviation.expand_dims(-1) / deviation).clamp(-1.0, 1.0)
    }

    /// With multiples of the period added along an axis, so that each step is at most half of it: NumPy's `unwrap`.
    /// Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[3], &[0.0f32, 350.0, 10.0])?;
    /// assert_close!(x.unwrap_phase(0, 360.0), Tensor::new(&[3], &[0.0f32, -10.0, 10.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "unwrap")]
    fn unwrap_phase(self, axis: Axis, period: Real) -> Tensor<T> {
        let (position, half) = (self.axis(axis)?, period / 2.0);
        let step = self.diff(1, axis);
        let within = (step + half).modulo(period) - half;
        // A step up of half a period stays one.
        let upward = within.eq(-half) & step.gt(0.0);
        let within = (within + period).select(upward, within);
        let zero = self.composer().zero_of(self)?;
        let correction = zero.select(step.abs().lt(half), within - step);
        let mut padding = vec![(0, 0); self.rank()?];
        padding[position] = (1, 0);
        self + correction.cumsum(axis).pad(padding, 0.0)
    }

    /// The standard error of the mean along an axis, which goes away: the standard deviation with `ddof` over the
    /// square root of the size. Floating point only.
    fn sem(self, axis: Axis, ddof: Integer) -> Tensor<T> {
        let position = self.axis(axis)?;
        self.std_axis(axis, ddof) / self.number(&[position], self.dtype()?, 0)?.sqrt()
    }

    /// Each element less the mean along an axis, over the standard deviation with `ddof`. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[2], &[1.0f32, 5.0])?.zscore(0, 0).to_vec()?, [-1.0, 1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn zscore(self, axis: Axis, ddof: Integer) -> Tensor<T> {
        (self - self.mean_keep(axis)) / self.std_keep(axis, ddof)
    }
}
