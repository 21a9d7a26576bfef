// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reductions: over everything, over axes that go away, over axes that stay with size 1.

use super::declare::methods;
use super::{Composed, Var};
use crate::{Axes, BinaryOp, Code, DType, Direction};

/// Axes as users write them: one or several, negative from the end.
pub trait IntoAxes {
    /// The axes as written.
    fn axes(&self) -> &[i32];
}

impl IntoAxes for i32 {
    fn axes(&self) -> &[i32] {
        std::slice::from_ref(self)
    }
}

impl<const N: usize> IntoAxes for [i32; N] {
    fn axes(&self) -> &[i32] {
        self
    }
}

impl IntoAxes for &[i32] {
    fn axes(&self) -> &[i32] {
        self
    }
}

impl IntoAxes for Vec<i32> {
    fn axes(&self) -> &[i32] {
        self
    }
}

impl<'c> Var<'c> {
    /// Every axis.
    ///
    /// # Errors
    /// If the composition has stopped.
    pub fn every_axis(self) -> Composed<Axes> {
        Ok((0..self.rank()?).collect())
    }

    /// Reduces axes, which go away. Sums and products of half types are computed in f32: they would overflow and lose
    /// digits in the type itself.
    fn accumulate(self, reducer: BinaryOp, axes: &[usize]) -> Composed<Var<'c>> {
        self.countable(reducer)?;
        let dtype = self.dtype()?;
        let wide = if matches!(reducer, BinaryOp::Add | BinaryOp::Multiply) { dtype.accumulator() } else { dtype };
        Ok(self.convert(wide).reduce(reducer, axes).convert(dtype))
    }

    /// As [`Var::accumulate`], with axes as users write them.
    fn reduced(self, reducer: BinaryOp, axes: impl IntoAxes) -> Composed<Var<'c>> {
        self.accumulate(reducer, &self.axes(axes.axes())?)
    }

    /// As [`Var::reduced`]; the axes stay with size 1.
    fn reduced_keep(self, reducer: BinaryOp, axes: impl IntoAxes) -> Composed<Var<'c>> {
        let axes = self.axes(axes.axes())?;
        self.keep_axes(self.accumulate(reducer, &axes)?, &axes)
    }

    /// The mean over axes; they stay with size 1 if `keep`.
    fn averaged(self, axes: &[usize], keep: bool) -> Composed<Var<'c>> {
        self.inexact()?;
        let shape = self.shape()?;
        // The sum of a half type may be beyond it where the mean is not.
        let wide = shape.dtype.accumulator();
        let sum = self.convert(wide).reduce(BinaryOp::Add, axes);
        let sum = if keep { self.keep_axes(sum, axes)? } else { sum };
        Ok((sum / self.number(axes, wide, 0)?).convert(shape.dtype))
    }

    /// The first position of an extreme along an axis, or of NaN. If `skip`, of what is not NaN, and -1 of none.
    fn first_extreme(self, reducer: BinaryOp, axis: i32, skip: bool) -> Composed<Var<'c>> {
        let (c, shape) = (self.composer(), self.shape()?);
        let position = self.axis(axis)?;
        if shape.dims[position].is(0) {
            let empty = format!("axis {axis} of {shape} is empty, so that no element is the greatest or least");
            return Err(c.wrong(Code::Shape, empty));
        }
        let skip = skip && shape.dtype.is_float();
        let seen = if skip { self.select(self.is_number(), c.identity(reducer, shape.dtype)?) } else { self };
        let extreme = self.keep_axes(seen.reduce(reducer, &[position]), &[position])?;
        let mut found = self.compare(Direction::Eq, extreme);
        if shape.dtype.is_float() && !skip {
            found = found | !self.is_number();
        }
        let positions = c.iota(DType::I32, &shape.dims, position);
        let beyond = c.scalar(DType::I32, f64::from(i32::MAX));
        let first = positions.select(found, beyond).reduce(BinaryOp::Minimum, &[position]);
        Ok(if skip { first.select(first.ne(i32::MAX), -1) } else { first })
    }
}

methods! { reduce:
    /// The sum (0 of none) of all elements: a scalar. Booleans have no sum: see [`Tensor::count_nonzero`].
    fn sum(self) -> Tensor<T> {
        self.accumulate(BinaryOp::Add, &self.every_axis()?)?
    }

    /// The sum (0 of none) over axes, which go away. Negative axes count from the end.
    fn sum_axis(self, axes: Axes) -> Tensor<T> {
        self.reduced(BinaryOp::Add, axes)?
    }

    /// The sum (0 of none) over axes, which stay with size 1. Negative axes count from the end.
    fn sum_keep(self, axes: Axes) -> Tensor<T> {
        self.reduced_keep(BinaryOp::Add, axes)?
    }

    /// The product (1 of none) of all elements: a scalar.
    fn prod(self) -> Tensor<T> {
        self.accumulate(BinaryOp::Multiply, &self.every_axis()?)?
    }

    /// The product (1 of none) over axes, which go away. Negative axes count from the end.
    fn prod_axis(self, axes: Axes) -> Tensor<T> {
        self.reduced(BinaryOp::Multiply, axes)?
    }

    /// The product (1 of none) over axes, which stay with size 1. Negative axes count from the end.
    fn prod_keep(self, axes: Axes) -> Tensor<T> {
        self.reduced_keep(BinaryOp::Multiply, axes)?
    }

    /// The maximum (the least value of the type of none; NaN wins) of all elements: a scalar.
    #[doc(alias = "amax")]
    fn max(self) -> Tensor<T> {
        self.accumulate(BinaryOp::Maximum, &self.every_axis()?)?
    }

    /// The maximum (the least value of the type of none; NaN wins) over axes, which go away. Negative axes count from
    /// the end.
    fn max_axis(self, axes: Axes) -> Tensor<T> {
        self.reduced(BinaryOp::Maximum, axes)?
    }

    /// The maximum (the least value of the type of none; NaN wins) over axes, which stay with size 1. Negative axes
    /// count from the end.
    fn max_keep(self, axes: Axes) -> Tensor<T> {
        self.reduced_keep(BinaryOp::Maximum, axes)?
    }

    /// The minimum (the greatest value of the type of none; NaN wins) of all elements: a scalar.
    #[doc(alias = "amin")]
    fn min(self) -> Tensor<T> {
        self.accumulate(BinaryOp::Minimum, &self.every_axis()?)?
    }

    /// The minimum (the greatest value of the type of none; NaN wins) over axes, which go away. Negative axes count
    /// from the end.
    fn min_axis(self, axes: Axes) -> Tensor<T> {
        self.reduced(BinaryOp::Minimum, axes)?
    }

    /// The minimum (the greatest value of the type of none; NaN wins) over axes, which stay with size 1. Negative axes
    /// count from the end.
    fn min_keep(self, axes: Axes) -> Tensor<T> {
        self.reduced_keep(BinaryOp::Minimum, axes)?
    }

    /// The mean of all elements: a scalar; NaN of none. Floating point only.
    fn mean(self) -> Tensor<T> {
        self.averaged(&self.every_axis()?, false)?
    }

    /// The mean over axes, which go away; NaN of none. Floating point only.
    fn mean_axis(self, axes: Axes) -> Tensor<T> {
        self.averaged(&self.axes(axes.axes())?, false)?
    }

    /// The mean over axes, which stay with size 1; NaN of none. Floating point only.
    fn mean_keep(self, axes: Axes) -> Tensor<T> {
        self.averaged(&self.axes(axes.axes())?, true)?
    }

    /// As [`Tensor::var_keep`] with `ddof` 0.
    fn variance_keep(self, axes: Axes) -> Tensor<T> {
        self.var_keep(axes, 0)
    }

    /// The position of the maximum along an axis, which goes away; the first of several, or of NaN.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 3], &[1.0f32, 5.0, 5.0, 9.0, 0.0, 1.0])?;
    /// assert_eq!(x.argmax(-1).to_vec()?, [1, 0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn argmax(self, axis: Axis) -> Tensor<i32> {
        self.first_extreme(BinaryOp::Maximum, axis, false)?
    }

    /// The position of the minimum along an axis, which goes away; the first of several, or of NaN.
    fn argmin(self, axis: Axis) -> Tensor<i32> {
        self.first_extreme(BinaryOp::Minimum, axis, false)?
    }
    /// As [`Tensor::argmax`], of the elements that are not NaN; -1 of none.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[3], &[f32::NAN, 1.0, 5.0])?.nanargmax(0).item()?, 2);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn nanargmax(self, axis: Axis) -> Tensor<i32> {
        self.first_extreme(BinaryOp::Maximum, axis, true)?
    }

    /// As [`Tensor::argmin`], of the elements that are not NaN; -1 of none.
    fn nanargmin(self, axis: Axis) -> Tensor<i32> {
        self.first_extreme(BinaryOp::Minimum, axis, true)?
    }
}
