// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Pooling of images and sequences, channels last: one element for each window over the spatial axes.

use super::conv::{MOST, resolve, within};
use super::declare::methods;
use super::{Composed, Conv, Number, Padding, Sizes, Var};
use crate::{Axes, BinaryOp, Code, DType, Dim, Op, Reducer, Window};

methods! { pool:
    /// The maximum of each window over the spatial axes of `[batch, spatial.., features]`; padding never wins.
    #[doc(alias = "max_pool1d")]
    #[doc(alias = "max_pool2d")]
    #[doc(alias = "max_pool3d")]
    fn max_pool(self, window: Positions, strides: Positions, padding: Padding) -> Tensor<T> {
        self.pool(BinaryOp::Maximum, window.as_ref(), strides.as_ref(), padding)?
    }

    /// The minimum of each window over the spatial axes of `[batch, spatial.., features]`; padding never wins.
    ///
    /// ```
    /// use gomlx::{Padding, Tensor};
    /// let x = Tensor::new(&[1, 4, 1], &[3.0f32, 1.0, 2.0, 5.0])?;
    /// assert_eq!(x.min_pool([2], [2], &Padding::Valid).to_vec()?, [1.0, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn min_pool(self, window: Positions, strides: Positions, padding: Padding) -> Tensor<T> {
        self.pool(BinaryOp::Minimum, window.as_ref(), strides.as_ref(), padding)?
    }

    /// The sum of each window over the spatial axes of `[batch, spatial.., features]`.
    ///
    /// ```
    /// use gomlx::{Padding, Tensor};
    /// let x = Tensor::new(&[1, 4, 1], &[3.0f32, 1.0, 2.0, 5.0])?;
    /// assert_eq!(x.sum_pool([2], [2], &Padding::Valid).to_vec()?, [4.0, 7.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sum_pool(self, window: Positions, strides: Positions, padding: Padding) -> Tensor<T> {
        self.pool(BinaryOp::Add, window.as_ref(), strides.as_ref(), padding)?
    }

    /// The mean of each window over the spatial axes of `[batch, spatial.., features]`; padding does not count.
    #[doc(alias = "avg_pool1d")]
    #[doc(alias = "avg_pool2d")]
    #[doc(alias = "avg_pool3d")]
    fn avg_pool(self, window: Positions, strides: Positions, padding: Padding) -> Tensor<T> {
        let (window, strides) = (window.as_ref(), strides.as_ref());
        let dtype = self.dtype()?;
        // The sum of a half type may be beyond it where the mean is not.
        let wide = dtype.accumulator();
        let sum = self.convert(wide).pool(BinaryOp::Add, window, strides, padding)?;
        if *padding == Padding::Valid {
            let count = crate::product(window);
            return Ok((sum / Number::Whole(count as i128)).convert(dtype));
        }
        let ones = self.composer().ones(wide, self.dims()?);
        (sum / ones.pool(BinaryOp::Add, window, strides, padding)?).convert(dtype)
    }

    /// The maximum of each window as [`Tensor::max_pool`] gives it, and its position: that of the first of several, or
    /// of NaN, in the spatial axes as one, in row-major order.
    ///
    /// ```
    /// use gomlx::{Padding, Tensor};
    /// let x = Tensor::new(&[1, 4, 1], &[3.0f32, 1.0, 2.0, 5.0])?;
    /// let (max, positions) = x.max_pool_with_indices([2], [2], &Padding::Valid);
    /// assert_eq!(max.to_vec()?, [3.0, 5.0]);
    /// assert_eq!(positions.to_vec()?, [0, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn max_pool_with_indices(self, window: Positions, strides: Positions, padding: Padding) -> (Tensor<T>, Tensor<i32>) {
        let (c, window, strides) = (self.composer(), window.as_ref(), strides.as_ref());
        let max = self.pool(BinaryOp::Maximum, window, strides, padding)?;
        let (shape, spatial) = (self.shape()?, window.len());
        let plane = &shape.dims[1..=spatial];
        let count = plane.iter().fold(Dim::Lit(1), |count, size| &count * size);
        let positions = c.arange(DType::I32, count).with_dims(&[&[Dim::Lit(1)], plane, &[Dim::Lit(1)]].concat());
        let how = Conv { padding: padding.clone(), strides: strides.to_vec(), ..Conv::default() };
        let least = c.identity(BinaryOp::Maximum, shape.dtype)?;
        let windows = self.patches(window, &how, least)?.flatten_axes(spatial as i32 + 2, -1);
        let none = c.scalar(DType::I32, -1.0);
        let positions = positions.patches(window, &how, none)?.flatten_axes(spatial as i32 + 2, -1);
        let mut greatest = windows.eq(max.expand_dims(-1));
        if shape.dtype.is_float() {
            greatest = greatest | !windows.is_number();
        }
        // Padding is not an element, even beside the least of all numbers.
        let first = positions.select(greatest & positions.ge(0), i32::MAX).reduce(BinaryOp::Minimum, &[spatial + 2]);
        (max, first)
    }

    /// The elements at their positions, as [`Tensor::max_pool_with_indices`] gives them, in `[batch, sizes..,
    /// features]`; zeros elsewhere. Positions outside are left out.
    ///
    /// ```
    /// use gomlx::{Padding, Tensor};
    /// let x = Tensor::new(&[1, 4, 1], &[3.0f32, 1.0, 2.0, 5.0])?;
    /// let (max, positions) = x.max_pool_with_indices([2], [2], &Padding::Valid);
    /// assert_eq!(max.max_unpool(&positions, [4]).to_vec()?, [3.0, 0.0, 0.0, 5.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn max_unpool(self, positions: Indices, sizes: Positions) -> Tensor<T> {
        let (c, shape, given, sizes) = (self.composer(), self.shape()?, positions.shape()?, sizes.as_ref());
        let last = shape.rank().saturating_sub(1);
        if shape.rank() != sizes.len() + 2 || given.rank() != shape.rank() {
            return Err(c.wrong(Code::Shape, format!("positions {given} and sizes {sizes:?} do not fit {shape}")));
        }
        let flat = |sizes: &[Dim]| sizes.iter().fold(Dim::Lit(1), |count, size| &count * size);
        let rows = |x: Var<'c>| -> Composed<Var<'c>> {
            let dims = x.dims()?;
            Ok(x.with_dims(&[dims[0].clone(), flat(&dims[1..last]), dims[last].clone()]))
        };
        let (batch, features) = (shape.dims[0].clone(), shape.dims[last].clone());
        let sizes: Vec<Dim> = sizes.iter().map(|&n| Dim::Lit(n)).collect();
        let zeros = c.zeros(shape.dtype, [batch.clone(), flat(&sizes), features.clone()]);
        let placed = zeros.put_along_axis(rows(positions)?, rows(self)?, 1);
        placed.with_dims(&[&[batch], sizes.as_slice(), &[features]].concat())
    }

    /// The p-norm of each window over the spatial axes of `[batch, spatial.., features]`: (sum of |x|^p)^(1/p), p above
    /// 0. A window of zeros has derivative 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Padding, Tensor};
    /// let x = Tensor::new(&[1, 4, 1], &[3.0f32, -4.0, 0.0, 0.0])?;
    /// assert_eq!(x.lp_pool(2.0, [2], [2], &Padding::Valid).to_vec()?, [5.0, 0.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn lp_pool(self, p: Real, window: Positions, strides: Positions, padding: Padding) -> Tensor<T> {
        let c = self.composer();
        let dtype = self.floating()?;
        if p.is_nan() || p <= 0.0 {
            return Err(c.wrong(Code::Attribute, format!("the norm {p} is not above 0")));
        }
        // The sum of a half type may be beyond it where the norm is not.
        let powers = self.convert(dtype.accumulator()).abs().powf(p);
        let sum = powers.pool(BinaryOp::Add, window.as_ref(), strides.as_ref(), padding)?;
        let none = sum.eq(0.0);
        let root = c.scalar(sum.dtype()?, 1.0).select(none, sum).powf(1.0 / p);
        c.zero_of(root)?.select(none, root).convert(dtype)
    }

    /// The mean of each of `sizes[i]` windows that cover the spatial axis `i` of `[batch, spatial.., features]`, from
    /// element floor(k n / size) to before element ceil((k + 1) n / size) of n. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[1, 5, 1], &[1.0f32, 2.0, 3.0, 4.0, 5.0])?;
    /// assert_eq!(x.adaptive_avg_pool([2]).to_vec()?, [2.0, 4.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn adaptive_avg_pool(self, sizes: Positions) -> Tensor<T> {
        let dtype = self.floating()?;
        self.convert(dtype.accumulator()).adaptive_pool(BinaryOp::Add, sizes.as_ref())?.convert(dtype)
    }

    /// The maximum of each of the windows of [`Tensor::adaptive_avg_pool`].
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[1, 5, 1], &[1, 2, 3, 4, 5])?;
    /// assert_eq!(x.adaptive_max_pool([2]).to_vec()?, [3, 5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn adaptive_max_pool(self, sizes: Positions) -> Tensor<T> {
        self.adaptive_pool(BinaryOp::Maximum, sizes.as_ref())?
    }
}

impl<'c> Var<'c> {
    /// Reduces each window over the spatial axes.
    fn pool(self, reducer: BinaryOp, window: &[usize], strides: &[usize], how: &Padding) -> Composed<Var<'c>> {
        let (c, shape, spatial) = (self.composer(), self.shape()?, window.len());
        if shape.rank() != spatial + 2 || strides.len() != spatial {
            return Err(c.wrong_note(
                Code::Shape,
                format!("window {window:?} with strides {strides:?} does not fit {shape}"),
                "the input is [batch, spatial.., features], and each spatial axis has a window size and a stride",
            ));
        }
        within(c, "sizes of the window", window)?;
        within(c, "strides", strides)?;
        let whole = |inner: &[usize]| -> Vec<usize> { [&[1], inner, &[1]].concat() };
        let mut dims = Window::new(&whole(window), &whole(strides));
        let sizes: Sizes = window.iter().map(|&n| Dim::Lit(n)).collect();
        let padded = resolve(c, how, &shape.dims[1..=spatial], &sizes, strides, &Axes::from_elem(1, spatial))?;
        dims.padding[1..=spatial].copy_from_slice(&padded);
        let identity = c.identity(reducer, shape.dtype)?;
        Ok(c.emit_with(Op::ReduceWindow(dims), &[self, identity], Reducer::Binary(reducer), shape.dtype))
    }

    /// Reduces windows that cover the spatial axes; a sum is divided by the size of its window.
    fn adaptive_pool(self, reducer: BinaryOp, sizes: &[usize]) -> Composed<Var<'c>> {
        let (c, shape) = (self.composer(), self.shape()?);
        if shape.rank() != sizes.len() + 2 {
            let note = "the input is [batch, spatial.., features], and each spatial axis has a size";
            return Err(c.wrong_note(Code::Shape, format!("sizes {sizes:?} do not fit {shape}"), note));
        }
        within(c, "sizes", sizes)?;
        let mut pooled = self;
        for (i, &size) in sizes.iter().enumerate() {
            let axis = i + 1;
            let n = self.size(axis)?;
            if n == 0 {
                return Err(c.wrong(Code::Shape, format!("axis {axis} of {shape} is empty")));
            }
            pooled = pooled.covered(reducer, axis, n, size)?;
        }
        Ok(pooled)
    }

    /// Reduces `count` windows that cover an axis of `n` elements.
    fn covered(self, reducer: BinaryOp, axis: usize, n: usize, count: usize) -> Composed<Var<'c>> {
        let (c, dtype) = (self.composer(), self.dtype()?);
        let Some(width) = n.checked_mul(count).filter(|&places| places < MOST * MOST).map(|_| cover(n, count)) else {
            return Err(c.wrong(Code::Attribute, format!("{count} windows of {n} elements are too many")));
        };
        let (all, parts) = (c.scalar(DType::I64, n as f64), c.scalar(DType::I64, count as f64));
        let number = c.iota(DType::I64, [Dim::Lit(count)], 0);
        let (starts, ends) = ((number * all) / parts, ((number + 1) * all + parts - 1) / parts);
        let places = starts.expand_dims(-1) + c.iota(DType::I64, [Dim::Lit(width)], 0);
        let windows = self.take(places.minimum(all - 1), axis as i32);
        let dims = windows.dims()?;
        let inside = places.lt(ends.expand_dims(-1)).broadcast_in_dim(&dims, Axes::from_slice(&[axis, axis + 1]));
        let reduced = windows.select(inside, c.identity(reducer, dtype)?).reduce(reducer, &[axis + 1]);
        if reducer != BinaryOp::Add {
            return Ok(reduced);
        }
        let counts = (ends - starts).convert(dtype);
        Ok(reduced / counts.broadcast_in_dim(&reduced.dims()?, Axes::from_slice(&[axis])))
    }
}

/// The size of the largest of `count` windows that cover `n` elements. The part of an element at which a window begins
/// is a multiple of the greatest common divisor over `count`.
fn cover(n: usize, count: usize) -> usize {
    let (mut divisor, mut other) = (n, count);
    while other > 0 {
        (divisor, other) = (other, divisor % other);
    }
    n / count + usize::from(!n.is_multiple_of(count)) + usize::from(n % count > divisor)
}

#[cfg(test)]
mod tests {
    use super::cover;

    #[test]
    fn windows_cover_an_axis() {
        for n in 1..40usize {
            for count in 1..60usize {
                let widths = (0..count).map(|k| ((k + 1) * n).div_ceil(count) - k * n / count);
                assert_eq!(cover(n, count), widths.max().unwrap_or(0), "{n} {count}");
            }
        }
    }
}
