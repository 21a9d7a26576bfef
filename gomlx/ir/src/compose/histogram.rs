// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Counts of elements by value, and the places of values in sorted tensors.

use super::along::take_along;
use super::declare::methods;
use super::{Composed, Var};
use crate::{BinaryOp, Code, DType, Dim, Op, Reducer, ScatterDims};

impl<'c> Var<'c> {
    /// The sums of the elements by their places in `0..length`; what has another place is left out.
    ///
    /// # Errors
    /// If the composition has stopped.
    fn summed_by(self, places: Var<'c>, length: Dim) -> Composed<Var<'c>> {
        let (c, dtype, given) = (self.composer(), self.dtype()?, places.shape()?);
        if !given.dtype.is_int() {
            return Err(c.wrong(Code::DType, format!("{given} are not positions, which are integers")));
        }
        // A place would wrap around in a type of one or two bytes; one of `u64` may be beyond `i64`.
        let places = match given.dtype {
            DType::U64 => places.minimum(c.scalar(DType::U64, f64::from(u32::MAX))).convert(DType::I64),
            DType::I64 | DType::U32 => places.convert(DType::I64),
            _ => places.convert(DType::I32),
        };
        let wide = dtype.accumulator();
        let dims = ScatterDims::rows(1);
        let operands = [c.zeros(wide, [length]), places.flatten(), self.convert(wide).flatten()];
        Ok(c.emit_with(Op::Scatter(Box::new(dims)), &operands, Reducer::Binary(BinaryOp::Add), wide).convert(dtype))
    }

    /// How many elements of a vector are before each value, or also equal to it if `right`.
    fn before(self, values: Var<'c>, right: bool) -> Composed<Var<'c>> {
        let (c, shape, rank) = (self.composer(), self.shape()?, values.rank()?);
        if shape.rank() != 1 {
            return Err(c.wrong(Code::Shape, format!("{shape} is not a vector")));
        }
        let value = values.expand_dims(-1);
        // NaN is above every number, and equal to NaN.
        let above = |x: Var<'c>, y: Var<'c>| -> Composed<Var<'c>> {
            let above = x.gt(y);
            Ok(if shape.dtype.is_float() { above | (y.is_number() & !x.is_number()) } else { above })
        };
        let before = if right { !above(self, value)? } else { above(value, self)? };
        Ok(before.convert(DType::I32).reduce(BinaryOp::Add, &[rank]))
    }

    /// The number of the bin of each element, by the edges of bins; -1 outside of all.
    ///
    /// # Errors
    /// If the composition has stopped.
    fn bin(self, edges: Var<'c>) -> Composed<Var<'c>> {
        let x = self.flatten();
        let n = edges.vector_size()?;
        if n < 2 {
            return Err(self.composer().wrong(Code::Shape, "bins have at least two edges"));
        }
        let last = edges.steps(0, n - 1, n, 1)?;
        let bin = edges.before(x, true)? - 1;
        let bin = bin.minimum(n as i32 - 2);
        // The last bin holds its right edge.
        let outside = x.gt(last) | x.ne(x);
        Ok(self.composer().scalar(DType::I32, -1.0).select(outside, bin))
    }

    /// The edges of bins of one width from `low` to `high`, scalars.
    fn edges(low: Var<'c>, high: Var<'c>, bins: usize) -> Composed<Var<'c>> {
        let c = low.composer();
        if bins == 0 {
            return Err(c.wrong(Code::Attribute, "there are no bins"));
        }
        let part = c.iota(low.dtype()?, [Dim::Lit(bins)], 0) * (1.0 / bins as f64);
        let edges = low * (1.0 - part) + high * part;
        Ok(c.concat([edges, high.expand_dims(0)], 0))
    }
}

methods! { histogram:
    /// How often each of 0 to `length` - 1 is an element. Other elements are left out.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// assert_eq!(Tensor::new(&[4], &[0, 2, 2, 7])?.bincount(3).to_vec()?, [1, 0, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn bincount(self, length: Size) -> Tensor<i32> {
        let ones = self.composer().ones(DType::I32, self.dims()?);
        ones.summed_by(self, length.into())?
    }

    /// The sums of the elements by their places, integers of the same dims: element `i` of the result, which has size
    /// `length`, is the sum of those with place `i`. Other places are left out.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let weights = Tensor::new(&[3], &[0.5f32, 1.0, 2.0])?;
    /// assert_eq!(weights.sum_by(&Tensor::new(&[3], &[1, 0, 1])?, 2).to_vec()?, [1.0, 2.5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sum_by(self, places: Indices, length: Size) -> Tensor<T> {
        self.countable(BinaryOp::Add)?;
        self.summed_by(places, length.into())?
    }

    /// Where each value would be inserted into this sorted vector: before equal elements, or after them if `right`. NaN
    /// is above every number.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[4], &[1.0f32, 2.0, 2.0, 3.0])?;
    /// let values = Tensor::new(&[2], &[2.0f32, 9.0])?;
    /// assert_eq!(x.searchsorted(&values, false).to_vec()?, [1, 4]);
    /// assert_eq!(x.searchsorted(&values, true).to_vec()?, [3, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "bucketize")]
    fn searchsorted(self, values: Tensor, right: Flag) -> Tensor<i32> {
        self.before(values, right)?
    }

    /// The number of the bin of each element: bin `i` is from edge `i - 1` to before edge `i`, or with its right edge
    /// and without its left one if `right`. The edges ascend or descend.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let edges = Tensor::new(&[2], &[1.0f32, 2.0])?;
    /// assert_eq!(Tensor::new(&[3], &[0.5f32, 1.0, 7.0])?.digitize(&edges, false).to_vec()?, [0, 1, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn digitize(self, edges: Tensor, right: Flag) -> Tensor<i32> {
        let n = edges.vector_size()?;
        let below = edges.before(self, !right)?;
        if n < 2 {
            return Ok(below);
        }
        let descend = edges.steps(0, n - 1, n, 1)?.lt(edges.steps(0, 0, 1, 1)?).squeeze(0);
        (-below + n as i32).select(descend, below)
    }

    /// The numbers of elements in `bins` bins of one width from the least to the greatest element, and the edges of the
    /// bins. The last bin holds its right edge. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (counts, edges) = Tensor::new(&[4], &[0.0f32, 1.0, 3.0, 4.0])?.histogram(2);
    /// assert_eq!(counts.to_vec()?, [2, 2]);
    /// assert_eq!(edges.to_vec()?, [0.0, 2.0, 4.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn histogram(self, bins: Position) -> (Tensor<i32>, Tensor<T>) {
        self.inexact()?;
        let (low, high) = (self.min(), self.max());
        // Bins of no width hold nothing.
        let same = low.eq(high);
        let edges = Self::edges((low - 0.5).select(same, low), (high + 0.5).select(same, high), bins)?;
        (self.histogram_of(edges), edges)
    }

    /// As [`Tensor::histogram`], from `low` to `high`; other elements are left out.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (counts, _) = Tensor::new(&[4], &[0.0f32, 1.0, 3.0, 4.0])?.histogram_between(2, 0.5, 3.5);
    /// assert_eq!(counts.to_vec()?, [1, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn histogram_between(self, bins: Position, low: Real, high: Real) -> (Tensor<i32>, Tensor<T>) {
        self.inexact()?;
        let (c, dtype) = (self.composer(), self.dtype()?);
        let edges = Self::edges(c.scalar(dtype, low), c.scalar(dtype, high), bins)?;
        (self.histogram_of(edges), edges)
    }

    /// The number of elements between each two ascending edges. The last bin holds its right edge.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let edges = Tensor::new(&[3], &[0, 2, 4])?;
    /// assert_eq!(Tensor::new(&[4], &[1, 2, 4, 9])?.histogram_of(&edges).to_vec()?, [1, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn histogram_of(self, edges: Tensor) -> Tensor<i32> {
        let bins = edges.vector_size()?;
        self.bin(edges)?.bincount(bins.saturating_sub(1))
    }

    /// The sums of the weights of the elements in the bins of [`Tensor::histogram`], and the edges of the bins. There
    /// is a weight for each element. Floating point only.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (x, weights) = (Tensor::new(&[3], &[0.0f32, 3.0, 4.0])?, Tensor::new(&[3], &[0.5f32, 1.0, 2.0])?);
    /// let (sums, edges) = x.histogram_weighted(2, &weights);
    /// assert_eq!(sums.to_vec()?, [0.5, 3.0]);
    /// assert_eq!(edges.to_vec()?, [0.0, 2.0, 4.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn histogram_weighted(self, bins: Position, weights: Tensor) -> (Tensor<T>, Tensor<T>) {
        let (_, edges) = self.histogram(bins);
        (self.histogram_weighted_of(edges, weights), edges)
    }

    /// The sums of the weights of the elements between each two ascending edges; there is a weight for each element.
    /// The last bin holds its right edge.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (edges, weights) = (Tensor::new(&[3], &[0, 2, 4])?, Tensor::new(&[4], &[1, 10, 100, 1000])?);
    /// assert_eq!(Tensor::new(&[4], &[1, 2, 4, 9])?.histogram_weighted_of(&edges, &weights).to_vec()?, [1, 110]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    ///
    /// # Panics
    /// If the weights do not have the dims of the tensor; in a graph this is an error of the trace.
    fn histogram_weighted_of(self, edges: Tensor, weights: Tensor) -> Tensor<T> {
        let (c, own, given) = (self.composer(), self.shape()?, weights.shape()?);
        let bins = edges.vector_size()?;
        if own.dims != given.dims {
            let wrong = own.rank() != given.rank() || own.dims.iter().zip(&given.dims).any(|(a, b)| a.provably_differs(b));
            return Err(c.wrong_if(wrong, Code::Shape, format!("{given} are not weights of {own}, one for each element")));
        }
        weights.flatten().sum_by(self.bin(edges)?, bins.saturating_sub(1))
    }

    /// The number of pairs of an element and one of `y`, of the same dims, in each field between ascending edges of
    /// both.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (x, y) = (Tensor::new(&[3], &[0, 1, 3])?, Tensor::new(&[3], &[0, 3, 3])?);
    /// let edges = Tensor::new(&[3], &[0, 2, 4])?;
    /// assert_eq!(x.histogram2d_of(&y, &edges, &edges).to_vec()?, [1, 1, 0, 1]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "histogram2d")]
    fn histogram2d_of(self, y: Tensor, x_edges: Tensor, y_edges: Tensor) -> Tensor<i32> {
        let (m, n) = (x_edges.vector_size()?.saturating_sub(1), y_edges.vector_size()?.saturating_sub(1));
        let (i, j) = (self.bin(x_edges)?, y.bin(y_edges)?);
        let outside = i.lt(0) | j.lt(0);
        let field = self.composer().scalar(DType::I32, -1.0).select(outside, i * n as i32 + j);
        field.bincount(m * n).with_dims(&[Dim::Lit(m), Dim::Lit(n)])
    }

    /// The most frequent element along an axis, which goes away, and how often it is there; the least of several. NaN
    /// counts as equal to NaN.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let (value, count) = Tensor::new(&[5], &[3, 1, 3, 1, 2])?.mode(0);
    /// assert_eq!((value.item()?, count.item()?), (1, 2));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn mode(self, axis: Axis) -> (Tensor<T>, Tensor<i32>) {
        let position = self.axis(axis)?;
        let sorted = self.sorted(position, false)?;
        let places = sorted.places(position)?;
        let start = places.select(sorted.starts_run(position)?, 0).cummax(axis);
        let length = places - start;
        let end = length.argmax(axis);
        let at = |x: Var<'c>| -> Composed<Var<'c>> { Ok(take_along(x, x.keep_axes(end, &[position])?, position)?.squeeze(axis)) };
        (at(sorted)?, at(length)? + 1)
    }
}
