// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Cumulative functions: scans of an axis.

use super::declare::methods;
use super::{Composed, Var};
use crate::{BinaryOp, Code, DType, Direction};

impl<'c> Var<'c> {
    /// A scan by an op; `ends` says whether it is exclusive and whether it goes from the end. Sums and products of half
    /// types are computed in f32.
    fn cumulative(self, op: BinaryOp, axis: i32, ends: [bool; 2]) -> Composed<Var<'c>> {
        self.countable(op)?;
        let (dtype, axis) = (self.dtype()?, self.axis(axis)?);
        let wide = if matches!(op, BinaryOp::Add | BinaryOp::Multiply) { dtype.accumulator() } else { dtype };
        let identity = self.composer().identity(op, wide)?;
        Ok(self.convert(wide).accumulated(axis, ends, identity, &|x, y| x.binary(op, y))?.convert(dtype))
    }

    fn cumulative_log_sum(self, axis: i32, ends: [bool; 2]) -> Composed<Var<'c>> {
        let (c, shape) = (self.composer(), self.shape()?);
        if !shape.dtype.is_float() {
            let note = "convert it first: `.cast::<f32>()`";
            return Err(c.wrong_note(Code::DType, format_args!("{shape} is not floating point"), note));
        }
        let (axis, wide) = (self.axis(axis)?, shape.dtype.accumulator());
        let identity = c.identity(BinaryOp::Maximum, wide)?;
        Ok(self.convert(wide).accumulated(axis, ends, identity, &log_add_exp)?.convert(shape.dtype))
    }

    /// Stops if the elements are booleans, whose sum and product are not counts.
    ///
    /// # Errors
    /// If so; if the composition has stopped.
    pub(super) fn countable(self, op: BinaryOp) -> Composed<()> {
        if self.dtype()? != DType::Bool || !matches!(op, BinaryOp::Add | BinaryOp::Multiply) {
            return Ok(());
        }
        let note = "count what is true by `count_nonzero()`, or convert the mask first: `.cast::<i32>()`";
        Err(self.composer().wrong_note(Code::DType, "the elements are booleans, not numbers", note))
    }

    /// The tensor with other elements where it is NaN.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub(super) fn without_nan(self, other: f64) -> Composed<Var<'c>> {
        if !self.dtype()?.is_float() {
            return Ok(self);
        }
        Ok(self.select(self.compare(Direction::Eq, self), other))
    }
}

/// log(exp(x) + exp(y)); the branch of equal infinities is apart, so that their difference harms no derivative.
fn log_add_exp<'c>(x: Var<'c>, y: Var<'c>) -> Var<'c> {
    let difference = x - y;
    let odd = difference.compare(Direction::Ne, difference);
    let distance = difference.select(!odd, 0.0).abs();
    (x + y).select(odd, x.maximum(y) + (-distance).exp().log1p())
}

impl DType {
    /// The type that sums of the type are computed in: f32 for half types, which overflow and lose digits.
    pub(super) fn accumulator(self) -> DType {
        if matches!(self, DType::F16 | DType::BF16) { DType::F32 } else { self }
    }
}

methods! { cumulative:
    /// The sum of each element with those before it along an axis.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[1, 2, 3, 4])?.cumsum(0).to_vec()?, [1, 3, 6, 10]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "cumulative_sum")]
    fn cumsum(self, axis: Axis) -> Tensor<T> {
        self.cumulative(BinaryOp::Add, axis, [false, false])?
    }

    /// As [`Tensor::cumsum`]; without the element itself if `exclusive`, with those after it if `reverse`.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[4], &[1, 2, 3, 4])?;
    /// assert_eq!(x.cumsum_with(0, true, false).to_vec()?, [0, 1, 3, 6]);
    /// assert_eq!(x.cumsum_with(0, false, true).to_vec()?, [10, 9, 7, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cumsum_with(self, axis: Axis, exclusive: Flag, reverse: Flag) -> Tensor<T> {
        self.cumulative(BinaryOp::Add, axis, [exclusive, reverse])?
    }

    /// The product of each element with those before it along an axis. The derivative holds where factors are 0.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[1, 2, 3, 4])?.cumprod(0).to_vec()?, [1, 2, 6, 24]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "cumulative_prod")]
    fn cumprod(self, axis: Axis) -> Tensor<T> {
        self.cumulative(BinaryOp::Multiply, axis, [false, false])?
    }

    /// As [`Tensor::cumprod`]; without the element itself (1 of none) if `exclusive`, with those after it if `reverse`.
    fn cumprod_with(self, axis: Axis, exclusive: Flag, reverse: Flag) -> Tensor<T> {
        self.cumulative(BinaryOp::Multiply, axis, [exclusive, reverse])?
    }

    /// The largest of each element and those before it along an axis; NaN wins.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[1, 3, 2, 4])?.cummax(0).to_vec()?, [1, 3, 3, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cummax(self, axis: Axis) -> Tensor<T> {
        self.cumulative(BinaryOp::Maximum, axis, [false, false])?
    }

    /// As [`Tensor::cummax`]; without the element itself (the least value of the type of none) if `exclusive`, with
    /// those after it if `reverse`.
    fn cummax_with(self, axis: Axis, exclusive: Flag, reverse: Flag) -> Tensor<T> {
        self.cumulative(BinaryOp::Maximum, axis, [exclusive, reverse])?
    }

    /// The least of each element and those before it along an axis; NaN wins.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[3, 1, 2, 0])?.cummin(0).to_vec()?, [3, 1, 1, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cummin(self, axis: Axis) -> Tensor<T> {
        self.cumulative(BinaryOp::Minimum, axis, [false, false])?
    }

    /// As [`Tensor::cummin`]; without the element itself (the greatest value of the type of none) if `exclusive`, with
    /// those after it if `reverse`.
    fn cummin_with(self, axis: Axis, exclusive: Flag, reverse: Flag) -> Tensor<T> {
        self.cumulative(BinaryOp::Minimum, axis, [exclusive, reverse])?
    }

    /// The logarithm of the sum of exp(x) of each element and those before it along an axis; does not overflow.
    /// Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[1000.0f32, 1000.0])?;
    /// assert_close!(x.logcumsumexp(0), Tensor::new(&[2], &[1000.0f32, 1000.0 + 2f32.ln()])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "cumlogsumexp")]
    fn logcumsumexp(self, axis: Axis) -> Tensor<T> {
        self.cumulative_log_sum(axis, [false, false])?
    }

    /// As [`Tensor::logcumsumexp`]; without the element itself (negative infinity of none) if `exclusive`, with those
    /// after it if `reverse`.
    fn logcumsumexp_with(self, axis: Axis, exclusive: Flag, reverse: Flag) -> Tensor<T> {
        self.cumulative_log_sum(axis, [exclusive, reverse])?
    }

    /// As [`Tensor::cumsum`]; NaN counts as 0.
    fn nancumsum(self, axis: Axis) -> Tensor<T> {
        self.without_nan(0.0)?.cumsum(axis)
    }

    /// As [`Tensor::cumprod`]; NaN counts as 1.
    fn nancumprod(self, axis: Axis) -> Tensor<T> {
        self.without_nan(1.0)?.cumprod(axis)
    }
}
