// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Padding with elements of the tensor itself. Axes are padded one after the other, as in NumPy: the padding of a later
//! axis copies the padding of the earlier ones into the corners.

use super::declare::methods;
use super::{Composed, PadMode, Var};
use crate::{BinaryOp, Code};

/// The position of the element that stands at position `i` of an axis of `n` elements, padded.
fn source(mode: PadMode, i: i64, n: i64) -> i64 {
    let mirrored = |period: i64| {
        let i = i.rem_euclid(period.max(1));
        if i < n { i } else { period - 1 - i }
    };
    match mode {
        PadMode::Wrap => i.rem_euclid(n),
        PadMode::Symmetric => mirrored(2 * n),
        PadMode::Reflect => {
            let i = i.rem_euclid((2 * n - 2).max(1));
            if i < n { i } else { 2 * n - 2 - i }
        }
        _ => i.clamp(0, n - 1),
    }
}

impl<'c> Var<'c> {
    /// Pads each axis that has padding by `pad`, which takes the tensor, the axis, its size and the padding.
    fn pad_axes(self, padding: &[(i64, i64)], pad: &dyn Fn(Var<'c>, usize, usize, [usize; 2]) -> Composed<Var<'c>>) -> Composed<Var<'c>> {
        let (c, shape) = (self.composer(), self.shape()?);
        if padding.len() != shape.rank() {
            let message = format!("padding for {} axes was given, {shape} has {}", padding.len(), shape.rank());
            return Err(c.wrong(Code::Attribute, message));
        }
        let mut x = self;
        for (axis, &(low, high)) in padding.iter().enumerate() {
            if (low, high) == (0, 0) {
                continue;
            }
            let (Ok(low), Ok(high)) = (usize::try_from(low), usize::try_from(high)) else {
                return Err(c.wrong(Code::Attribute, format!("the padding ({low}, {high}) is negative")));
            };
            let n = x.size(axis)?;
            if n == 0 {
                return Err(c.wrong(Code::Shape, format!("axis {axis} of {shape} is empty: there is nothing to pad it with")));
            }
            x = pad(x, axis, n, [low, high])?;
        }
        Ok(x)
    }

    /// A statistic of the elements of an axis from `start` to before `end`, which stays with size 1.
    fn statistic(self, mode: PadMode, axis: usize, start: usize, end: usize) -> Composed<Var<'c>> {
        let (part, along) = (self.steps(axis, start, end, 1)?, axis as i32);
        Ok(match mode {
            PadMode::Maximum => part.reduce(BinaryOp::Maximum, &[axis]).expand_dims(along),
            PadMode::Minimum => part.reduce(BinaryOp::Minimum, &[axis]).expand_dims(along),
            PadMode::Median => part.median_keep(along),
            _ => part.mean_keep(along),
        })
    }

    fn pad_by_statistic(self, padding: &[(i64, i64)], mode: PadMode, length: usize) -> Composed<Var<'c>> {
        self.pad_axes(padding, &|x, axis, n, [low, high]| {
            let length = length.clamp(1, n);
            let repeated = |one: Var<'c>, times: usize| one.repeat(times, axis as i32);
            let before = repeated(x.statistic(mode, axis, 0, length)?, low);
            let after = repeated(x.statistic(mode, axis, n - length, n)?, high);
            Ok(x.composer().concat([before, x, after], axis as i32))
        })
    }
}

methods! { padding:
    /// Adds elements before and after each axis (low, high). `mode` says which: the element at the edge, the mirrored
    /// or wrapped elements, or a statistic of the axis. The mean and the median take floating point only.
    ///
    /// ```
    /// use gomlx::{PadMode, Tensor};
    /// let x = Tensor::new(&[3], &[1, 2, 3])?;
    /// assert_eq!(x.pad_mode([(2, 1)], PadMode::Reflect).to_vec()?, [3, 2, 1, 2, 3, 2]);
    /// assert_eq!(x.pad_mode([(2, 1)], PadMode::Edge).to_vec()?, [1, 1, 1, 2, 3, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn pad_mode(self, padding: Pairs, mode: PadMode) -> Tensor<T> {
        if matches!(mode, PadMode::Maximum | PadMode::Mean | PadMode::Median | PadMode::Minimum) {
            return self.pad_by_statistic(padding.as_ref(), mode, usize::MAX);
        }
        self.pad_axes(padding.as_ref(), &|x, axis, n, [low, high]| {
            let (low, high, n) = (low as i64, high as i64, n as i64);
            let positions: Vec<i32> = (-low..n + high).map(|i| source(mode, i, n) as i32).collect();
            x.take_known(axis, &positions)
        })?
    }

    /// As [`Tensor::pad_mode`] with a statistic, of the `length` elements at the edge alone.
    ///
    /// ```
    /// use gomlx::{PadMode, Tensor};
    /// let x = Tensor::new(&[3], &[1, 2, 3])?;
    /// assert_eq!(x.pad_statistic([(1, 1)], PadMode::Maximum, 2).to_vec()?, [2, 1, 2, 3, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn pad_statistic(self, padding: Pairs, mode: PadMode, length: Position) -> Tensor<T> {
        if matches!(mode, PadMode::Edge | PadMode::Reflect | PadMode::Symmetric | PadMode::Wrap) {
            return Err(self.composer().wrong(Code::Attribute, "the mode is no statistic"));
        }
        self.pad_by_statistic(padding.as_ref(), mode, length)?
    }

    /// With elements before and after those of each axis (low, high) that go in equal steps from the edge to a number:
    /// `first` is the first element, `last` the last. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[1], &[4.0f32])?;
    /// assert_eq!(x.pad_ramp([(2, 2)], 0.0, 8.0).to_vec()?, [0.0, 2.0, 4.0, 6.0, 8.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn pad_ramp(self, padding: Pairs, first: Scalar, last: Scalar) -> Tensor<T> {
        self.inexact()?;
        let (c, dtype) = (self.composer(), self.dtype()?);
        let (first, last) = (c.operand(dtype, first.into()), c.operand(dtype, last.into()));
        self.pad_axes(padding.as_ref(), &|x, axis, n, [low, high]| {
            // From the end: 0, 1 / count, .. of the way to the edge.
            let ramp = |edge: Var<'c>, end: Var<'c>, count: usize| -> Composed<Var<'c>> {
                let mut dims = edge.dims()?;
                dims[axis] = count.into();
                let part = c.iota(dtype, dims, axis) * (1.0 / count.max(1) as f64);
                Ok(end * (1.0 - part) + edge * part)
            };
            let before = ramp(x.steps(axis, 0, 1, 1)?, first, low)?;
            let after = ramp(x.steps(axis, n - 1, n, 1)?, last, high)?.reverse(axis as i32);
            Ok(c.concat([before, x, after], axis as i32))
        })?
    }
}
