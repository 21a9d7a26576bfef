// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reductions of segments: rows of the first axis that have the same number.

use super::declare::functions;
use super::region::Vars;
use super::{Composed, Composer, Var};
use crate::{BinaryOp, Code, DType, Dim, Direction, Op, Reducer, ScatterDims};

functions! { segment, Segment:
    /// The sum of the rows of each segment, `[segments, ..]`; 0 of an empty one.
    ///
    /// `ids`, a vector of integers, says for each row of `x` which segment it belongs to. Rows whose number is not one
    /// of 0 to `segments - 1` are left out.
    ///
    /// # Errors
    /// If `ids` is not a vector of integers as long as the first axis of `x`.
    ///
    /// ```
    /// use gomlx::{Tensor, segment};
    /// let x = Tensor::new(&[4], &[1.0f32, 2.0, 3.0, 4.0])?;
    /// let ids = Tensor::new(&[4], &[0i32, 2, 0, -1])?;
    /// assert_eq!(segment::segment_sum(&x, &ids, 3).to_vec()?, [4.0, 0.0, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "scatter_add")]
    fn segment_sum(self, x: Tensor, ids: Indices, segments: Size) -> Tensor<T> {
        self.segments(x, ids, segments.into(), BinaryOp::Add)?
    }

    /// The product of the rows of each segment, `[segments, ..]`; 1 of an empty one. Numbers of segments are as in
    /// [`segment_sum`].
    ///
    /// ```
    /// use gomlx::{Tensor, segment};
    /// let x = Tensor::new(&[3], &[2.0f32, 5.0, 3.0])?;
    /// let ids = Tensor::new(&[3], &[0i32, 2, 0])?;
    /// assert_eq!(segment::segment_prod(&x, &ids, 3).to_vec()?, [6.0, 1.0, 5.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn segment_prod(self, x: Tensor, ids: Indices, segments: Size) -> Tensor<T> {
        let segments = segments.into();
        if !x.dtype()?.is_differentiable() {
            return self.segments(x, ids, segments, BinaryOp::Multiply);
        }
        // The product of the others in the segment: a quotient, but where factors are 0.
        let others = |x: Var<'c>| {
            let (dtype, is_zero) = (x.dtype()?, x.compare(Direction::Eq, 0));
            let not_zero = self.operand(dtype, 1.into()).select(is_zero, x);
            let product = self.segment_prod(not_zero, ids, segments.clone()).rows(ids)?;
            let zeros = self.segment_sum(is_zero.convert(dtype), ids, segments.clone()).rows(ids)?;
            let zero = self.operand(dtype, 0.into());
            let where_zero = product.select(zeros.compare(Direction::Eq, 1), zero);
            let elsewhere = (product / not_zero).select(zeros.compare(Direction::Eq, 0), zero);
            Ok(where_zero.select(is_zero, elsewhere))
        };
        let product = self.with_tangent(
            &[x],
            |args| Ok(Vars::from_iter([self.segments(args[0], ids, segments.clone(), BinaryOp::Multiply)?])),
            |args, tangents| Ok(Vars::from_iter([self.segment_sum(tangents[0] * others(args[0])?, ids, segments.clone())])),
        );
        product?[0]
    }

    /// The maximum of the rows of each segment, `[segments, ..]`; -inf, or the least integer, of an empty one. NaN
    /// wins. Numbers of segments are as in [`segment_sum`].
    ///
    /// ```
    /// use gomlx::{Tensor, segment};
    /// let x = Tensor::new(&[3], &[2.0f32, 5.0, 3.0])?;
    /// let ids = Tensor::new(&[3], &[0i32, 1, 0])?;
    /// assert_eq!(segment::segment_max(&x, &ids, 2).to_vec()?, [3.0, 5.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn segment_max(self, x: Tensor, ids: Indices, segments: Size) -> Tensor<T> {
        self.segments(x, ids, segments.into(), BinaryOp::Maximum)?
    }

    /// The minimum of the rows of each segment, `[segments, ..]`; inf, or the greatest integer, of an empty one. NaN
    /// wins. Numbers of segments are as in [`segment_sum`].
    ///
    /// ```
    /// use gomlx::{Tensor, segment};
    /// let x = Tensor::new(&[3], &[2.0f32, 5.0, 3.0])?;
    /// let ids = Tensor::new(&[3], &[0i32, 1, 0])?;
    /// assert_eq!(segment::segment_min(&x, &ids, 2).to_vec()?, [2.0, 5.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn segment_min(self, x: Tensor, ids: Indices, segments: Size) -> Tensor<T> {
        self.segments(x, ids, segments.into(), BinaryOp::Minimum)?
    }

    /// The mean of the rows of each segment, `[segments, ..]`; 0 of an empty one. Floating point only. Numbers of
    /// segments are as in [`segment_sum`].
    ///
    /// ```
    /// use gomlx::{Tensor, segment};
    /// let x = Tensor::new(&[3], &[2.0f32, 5.0, 3.0])?;
    /// let ids = Tensor::new(&[3], &[0i32, 1, 0])?;
    /// assert_eq!(segment::segment_mean(&x, &ids, 2).to_vec()?, [2.5, 5.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn segment_mean(self, x: Tensor, ids: Indices, segments: Size) -> Tensor<T> {
        let (segments, dtype) = (segments.into(), x.floating()?);
        // The sum of a half type may be beyond it where the mean is not.
        let wide = if dtype.size() < 4 { DType::F32 } else { dtype };
        let sum = self.segment_sum(x.convert(wide), ids, segments.clone());
        let ones = self.scalar(wide, 1.0).broadcast(&ids.dims()?);
        let count = self.segment_sum(ones, ids, segments).maximum(1.0);
        let mut dims = count.dims()?;
        dims.resize(sum.rank()?, Dim::Lit(1));
        (sum / count.with_dims(&dims)).convert(dtype)
    }

    /// The softmax of each row among the rows of its segment, elementwise, of the shape of `x`; rows that are in no
    /// segment give 0. Floating point only. Numbers of segments are as in [`segment_sum`].
    ///
    /// ```
    /// use gomlx::{Tensor, segment};
    /// let x = Tensor::new(&[3], &[2.0f32, 5.0, 2.0])?;
    /// let ids = Tensor::new(&[3], &[0i32, 1, 0])?;
    /// assert_eq!(segment::segment_softmax(&x, &ids, 2).to_vec()?, [0.5, 1.0, 0.5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn segment_softmax(self, x: Tensor, ids: Indices, segments: Size) -> Tensor<T> {
        let (segments, dtype) = (segments.into(), x.floating()?);
        let max = self.segment_max(x, ids, segments.clone()).stopped_gradient().rows(ids)?;
        // A maximum of -inf, or of a row in no segment, takes nothing away.
        let max = max.select(max.is_finite(), 0.0);
        let positions = ids.convert(DType::I64);
        let inside = positions.compare(Direction::Ge, 0) & positions.compare(Direction::Lt, self.size(DType::I64, &segments)?);
        let mut dims = ids.dims()?;
        dims.resize(x.rank()?, Dim::Lit(1));
        let inside = inside.with_dims(&dims);
        let zero = self.scalar(dtype, 0.0);
        let powers = (x - max).select(inside, zero).exp();
        let sum = self.segment_sum(powers, ids, segments).rows(ids)?;
        (powers / sum.select(inside, 1.0)).select(inside, zero)
    }
}

impl<'c> Composer<'c> {
    /// Reduces the rows of each segment from the reducer's identity. Sums and products of half types are computed in
    /// `f32`.
    fn segments(&'c self, x: Var<'c>, ids: Var<'c>, segments: Dim, reducer: BinaryOp) -> Composed<Var<'c>> {
        let (shape, positions) = (x.shape()?, ids.shape()?);
        if !positions.dtype.is_int() || positions.rank() != 1 || shape.rank() == 0 {
            return Err(self.wrong(Code::Shape, format_args!("{positions} is not a vector of integers that numbers the rows of {shape}")));
        }
        if positions.dims[0] != shape.dims[0] {
            let message = format_args!("{positions} does not number the rows of {shape}, one each");
            return Err(self.wrong_if(positions.dims[0].provably_differs(&shape.dims[0]), Code::Shape, message));
        }
        let half = matches!(shape.dtype, DType::F16 | DType::BF16) && matches!(reducer, BinaryOp::Add | BinaryOp::Multiply);
        let wide = if half { DType::F32 } else { shape.dtype };
        let mut dims = shape.dims.clone();
        dims[0] = segments;
        let empty = self.identity(reducer, wide)?.broadcast(&dims);
        let op = Op::Scatter(Box::new(ScatterDims::rows(shape.rank())));
        let sums = self.emit_with(op, &[empty, ids, x.convert(wide)], Reducer::Binary(reducer), wide);
        Ok(sums.convert(shape.dtype))
    }

    /// A size as a scalar of an integer type.
    ///
    /// # Errors
    /// If it is a symbol.
    pub(super) fn size(&'c self, dtype: DType, size: &Dim) -> Composed<Var<'c>> {
        Ok(self.scalar(dtype, size.lit().ok_or_else(|| self.unknown())? as f64))
    }
}

impl<'c> Var<'c> {
    /// The row of each segment number; of numbers outside the nearest row.
    fn rows(self, ids: Var<'c>) -> Composed<Var<'c>> {
        // Without segments there is no row to read, and nobody asks for one.
        if self.dims()?[0].is(0) {
            let mut dims = self.dims()?;
            dims[0] = ids.dims()?[0].clone();
            return Ok(self.composer().operand(self.dtype()?, 0.into()).broadcast(&dims));
        }
        Ok(self.take(ids, 0))
    }

    /// The element type, which must be floating point.
    ///
    /// # Errors
    /// If it is not.
    pub(super) fn floating(self) -> Composed<DType> {
        let shape = self.shape()?;
        if shape.dtype.is_float() {
            return Ok(shape.dtype);
        }
        let note = "convert it first: `.cast::<f32>()`";
        Err(self.composer().wrong_note(Code::DType, format_args!("{shape} is not floating point"), note))
    }
}
