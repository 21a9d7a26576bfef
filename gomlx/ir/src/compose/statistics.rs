// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Spread and counts: variance, deviation, range, weighted means, masked forms, forms without NaN.
//!
//! A masked reduction sees the elements whose mask is true. A form without NaN takes "is not NaN" for its mask.

use super::reductions::reductions;
use super::{Composed, Var};
use crate::{BinaryOp, Code, DType, Dim, Direction, UnaryOp};

impl<'c> Var<'c> {
    /// Stops unless the elements are floating point or complex.
    ///
    /// # Errors
    /// If not; if the composition has stopped.
    pub(super) fn inexact(self) -> Composed<()> {
        let shape = self.shape()?;
        if shape.dtype.is_float() || shape.dtype.is_complex() {
            return Ok(());
        }
        let note = "convert it first: `.cast::<f32>()`";
        Err(self.composer().wrong_note(Code::DType, format_args!("{shape} is not floating point"), note))
    }

    /// How many elements there are along axes, less `less`.
    pub(super) fn number(self, axes: &[usize], dtype: DType, less: i32) -> Composed<Var<'c>> {
        let (c, dims) = (self.composer(), self.dims()?);
        let count = axes.iter().fold(Dim::Lit(1), |count, &axis| &count * &dims[axis]);
        Ok(match count.lit() {
            Some(n) => c.scalar(dtype, n as f64 - f64::from(less)),
            None if less == 0 => c.count(dtype, &count),
            None => c.count(dtype, &count) - f64::from(less),
        })
    }

    /// The squares of the absolute values.
    fn square_norm(self) -> Composed<Var<'c>> {
        if !self.dtype()?.is_complex() {
            return Ok(self.square());
        }
        Ok(self.unary(UnaryOp::Real).square() + self.unary(UnaryOp::Imag).square())
    }

    /// The variance over axes, computed in a type that its squares do not overflow.
    fn wide_variance(self, axes: &[usize], less: i32) -> Composed<Var<'c>> {
        self.inexact()?;
        let x = self.convert(self.dtype()?.accumulator());
        let mean = self.keep_axes(x.reduce(BinaryOp::Add, axes), axes)? / self.number(axes, x.dtype()?, 0)?;
        let squares = (x - mean).square_norm()?;
        Ok(squares.reduce(BinaryOp::Add, axes) / self.number(axes, squares.dtype()?, less)?)
    }

    /// A result that was computed in a wider type, in the own type.
    pub(super) fn narrowed(self, wide: Var<'c>) -> Composed<Var<'c>> {
        let dtype = self.dtype()?;
        Ok(if dtype.is_complex() { wide } else { wide.convert(dtype) })
    }

    /// The elements with 0 where the mask is false, and how many are left along axes.
    fn masked(self, mask: Var<'c>, axes: &[usize], other: f64) -> Composed<(Var<'c>, Var<'c>)> {
        self.countable(BinaryOp::Add)?;
        let mask = mask.broadcast(&self.dims()?);
        let x = self.convert(self.dtype()?.accumulator());
        Ok((x.select(mask, other), mask.convert(x.dtype()?).reduce(BinaryOp::Add, axes)))
    }

    fn masked_sum(self, mask: Var<'c>, axes: &[usize]) -> Composed<Var<'c>> {
        self.narrowed(self.masked(mask, axes, 0.0)?.0.reduce(BinaryOp::Add, axes))
    }

    fn masked_prod(self, mask: Var<'c>, axes: &[usize]) -> Composed<Var<'c>> {
        self.narrowed(self.masked(mask, axes, 1.0)?.0.reduce(BinaryOp::Multiply, axes))
    }

    fn masked_mean(self, mask: Var<'c>, axes: &[usize]) -> Composed<Var<'c>> {
        self.inexact()?;
        let (x, count) = self.masked(mask, axes, 0.0)?;
        self.narrowed(x.reduce(BinaryOp::Add, axes) / count)
    }

    fn masked_wide_variance(self, mask: Var<'c>, axes: &[usize], less: i32) -> Composed<Var<'c>> {
        self.inexact()?;
        let (x, count) = self.masked(mask, axes, 0.0)?;
        let mean = self.keep_axes(x.reduce(BinaryOp::Add, axes) / count, axes)?;
        let squares = (x - mean).square_norm()?.select(mask, 0.0);
        let count = if less == 0 { count } else { count - f64::from(less) };
        Ok(squares.reduce(BinaryOp::Add, axes) / count)
    }

    /// An extreme of the elements whose mask is true, and of `initial`.
    fn masked_extreme(self, op: BinaryOp, mask: Var<'c>, axes: &[usize], initial: Var<'c>) -> Composed<Var<'c>> {
        Ok(self.select(mask, initial).reduce(op, axes).binary(op, initial))
    }

    /// An extreme of the elements that are not NaN; NaN if there is none.
    fn extreme_without_nan(self, op: BinaryOp, axes: &[usize]) -> Composed<Var<'c>> {
        let (c, dtype) = (self.composer(), self.dtype()?);
        if !dtype.is_float() {
            return Ok(self.reduce(op, axes));
        }
        let number = self.is_number();
        let extreme = self.select(number, c.identity(op, dtype)?).reduce(op, axes);
        Ok(extreme.select(number.reduce(BinaryOp::Or, axes), f64::NAN))
    }

    /// Whether each element is not NaN.
    pub(super) fn is_number(self) -> Var<'c> {
        self.compare(Direction::Eq, self)
    }

    /// The mean of elements by weights of the same dims, or of one axis if there is one; and the sum of the weights.
    pub(super) fn weighted_mean(self, weights: Var<'c>, axes: &[usize]) -> Composed<(Var<'c>, Var<'c>)> {
        self.inexact()?;
        let (c, shape, given) = (self.composer(), self.shape()?, weights.shape()?);
        let weights = match *axes {
            [axis] if given.rank() == 1 && shape.rank() != 1 => weights.broadcast_in_dim(&shape.dims, [axis].into_iter().collect()),
            _ if given.rank() != shape.rank() => {
                let message = format!("weights {given} do not fit {shape}");
                return Err(c.wrong_note(Code::Shape, message, "weights have the dims of the tensor, or are a vector along the one axis"));
            }
            _ => weights.broadcast(&shape.dims),
        };
        let wide = shape.dtype.accumulator();
        let (x, weights) = (self.convert(wide), weights.convert(wide));
        let total = weights.reduce(BinaryOp::Add, axes);
        Ok((((x * weights).reduce(BinaryOp::Add, axes) / total).convert(shape.dtype), total.convert(shape.dtype)))
    }

    /// How many elements are not zero.
    fn nonzero_count(self, axes: &[usize]) -> Composed<Var<'c>> {
        let is = if self.dtype()? == DType::Bool { self } else { self.ne(0) };
        Ok(is.convert(DType::I32).reduce(BinaryOp::Add, axes))
    }
}

reductions! { statistics:
    "The number of elements that are not zero, or not false;" "NaN is not zero."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[3], &[0.5f32, 0.0, 2.0])?;
    /// assert_eq!(x.count_nonzero().item()?, 2);
    /// assert_eq!(x.gt(1.0).count_nonzero().item()?, 1);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    count_nonzero count_nonzero_axis count_nonzero_keep () -> Tensor<i32>, |x, axes| x.nonzero_count(axes)?;

    "The variance: the sum of squared differences from the mean, over the number of elements less `ddof`,"
    "Half types are computed in f32. Floating point only."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[4], &[1.0f32, 2.0, 3.0, 6.0])?;
    /// assert_eq!(x.var(0).item()?, 3.5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    var var_axis var_keep (ddof: Integer) -> Tensor<T>, |x, axes| x.narrowed(x.wide_variance(axes, ddof)?)?;

    "The standard deviation: the square root of the variance with `ddof`,"
    "Half types are computed in f32. Floating point only."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2], &[1.0f32, 5.0])?;
    /// assert_eq!(x.std(0).item()?, 2.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    std std_axis std_keep (ddof: Integer) -> Tensor<T>, |x, axes| x.narrowed(x.wide_variance(axes, ddof)?.sqrt())?;

    "The range, maximum less minimum," "NaN wins."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[3], &[1, 5, 3])?.ptp().item()?, 4);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ptp ptp_axis ptp_keep () -> Tensor<T>, |x, axes| x.reduce(BinaryOp::Maximum, axes) - x.reduce(BinaryOp::Minimum, axes);

    "The mean by weights, which have the dims of the tensor, or are a vector along the one axis," "Floating point only."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (x, w) = (Tensor::new(&[2], &[1.0f32, 5.0])?, Tensor::new(&[2], &[3.0f32, 1.0])?);
    /// assert_eq!(x.average(&w).item()?, 2.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    average average_axis average_keep (weights: Tensor) -> Tensor<T>, |x, axes| x.weighted_mean(weights, axes)?.0;
}

reductions! { masked:
    "The sum (0 of none) of the elements whose mask is true," "The mask broadcasts."
    sum_where sum_where_axis sum_where_keep (mask: Mask) -> Tensor<T>, |x, axes| x.masked_sum(mask, axes)?;

    "The product (1 of none) of the elements whose mask is true," "The mask broadcasts."
    prod_where prod_where_axis prod_where_keep (mask: Mask) -> Tensor<T>, |x, axes| x.masked_prod(mask, axes)?;

    "The mean (NaN of none) of the elements whose mask is true," "The mask broadcasts. Floating point only."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[3], &[1.0f32, 5.0, f32::NAN])?;
    /// let mask = Tensor::new(&[3], &[true, true, false])?;
    /// assert_eq!(x.mean_where(&mask).item()?, 3.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    mean_where mean_where_axis mean_where_keep (mask: Mask) -> Tensor<T>, |x, axes| x.masked_mean(mask, axes)?;

    "The variance with `ddof` of the elements whose mask is true," "The mask broadcasts. Floating point only."
    var_where var_where_axis var_where_keep (mask: Mask, ddof: Integer) -> Tensor<T>,
        |x, axes| x.narrowed(x.masked_wide_variance(mask.broadcast(&x.dims()?), axes, ddof)?)?;

    "The standard deviation with `ddof` of the elements whose mask is true," "The mask broadcasts. Floating point only."
    std_where std_where_axis std_where_keep (mask: Mask, ddof: Integer) -> Tensor<T>,
        |x, axes| x.narrowed(x.masked_wide_variance(mask.broadcast(&x.dims()?), axes, ddof)?.sqrt())?;

    "The maximum of `initial` and the elements whose mask is true," "The mask broadcasts. NaN wins."
    max_where max_where_axis max_where_keep (mask: Mask, initial: Scalar) -> Tensor<T>,
        |x, axes| x.masked_extreme(BinaryOp::Maximum, mask, axes, x.composer().operand(x.dtype()?, initial.into()))?;

    "The minimum of `initial` and the elements whose mask is true," "The mask broadcasts. NaN wins."
    min_where min_where_axis min_where_keep (mask: Mask, initial: Scalar) -> Tensor<T>,
        |x, axes| x.masked_extreme(BinaryOp::Minimum, mask, axes, x.composer().operand(x.dtype()?, initial.into()))?;
}

reductions! { without_nan:
    "The sum (0 of none) of the elements that are not NaN," "NaN has derivative 0."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[3], &[1.0f32, f32::NAN, 2.0])?.nansum().item()?, 3.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    nansum nansum_axis nansum_keep () -> Tensor<T>, |x, axes| x.masked_sum(x.is_number(), axes)?;

    "The product (1 of none) of the elements that are not NaN," "NaN has derivative 0."
    nanprod nanprod_axis nanprod_keep () -> Tensor<T>, |x, axes| x.masked_prod(x.is_number(), axes)?;

    "The mean (NaN of none) of the elements that are not NaN," "NaN has derivative 0. Floating point only."
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[3], &[1.0f32, f32::NAN, 2.0])?.nanmean().item()?, 1.5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    nanmean nanmean_axis nanmean_keep () -> Tensor<T>, |x, axes| x.masked_mean(x.is_number(), axes)?;

    "The variance with `ddof` of the elements that are not NaN," "NaN has derivative 0. Floating point only."
    nanvar nanvar_axis nanvar_keep (ddof: Integer) -> Tensor<T>,
        |x, axes| x.narrowed(x.masked_wide_variance(x.is_number(), axes, ddof)?)?;

    "The standard deviation with `ddof` of the elements that are not NaN," "NaN has derivative 0. Floating point only."
    nanstd nanstd_axis nanstd_keep (ddof: Integer) -> Tensor<T>,
        |x, axes| x.narrowed(x.masked_wide_variance(x.is_number(), axes, ddof)?.sqrt())?;

    "The maximum (NaN of none) of the elements that are not NaN," "NaN has derivative 0."
    nanmax nanmax_axis nanmax_keep () -> Tensor<T>, |x, axes| x.extreme_without_nan(BinaryOp::Maximum, axes)?;

    "The minimum (NaN of none) of the elements that are not NaN," "NaN has derivative 0."
    nanmin nanmin_axis nanmin_keep () -> Tensor<T>, |x, axes| x.extreme_without_nan(BinaryOp::Minimum, axes)?;
}
