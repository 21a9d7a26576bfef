// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading and writing along an axis by positions that stand beside the elements.

use super::declare::methods;
use super::index::{Assign, AxisIndex, from_start};
use super::{Composed, IndexMode, ScatterReduce, Var};
use crate::{Axes, BinaryOp, Code, DType, Dim, GatherDims, Op, ScatterDims};

/// The elements at positions along an axis. `positions` has the size of `x` along every other axis, and lies within
/// the axis.
pub(super) fn take_along<'c>(x: Var<'c>, positions: Var<'c>, axis: usize) -> Composed<Var<'c>> {
    let (shape, result) = (x.shape()?, positions.shape()?);
    if shape.dims[axis].is(0) || result.dims[axis].is(0) {
        return Ok(x.composer().zeros(shape.dtype, result.dims));
    }
    let gather = GatherDims::along(axis, shape.rank());
    Ok(x.composer().emit(Op::Gather(Box::new(gather)), &[x, positions]))
}

methods! { along:
    /// The elements at positions along an axis: the other axes of the positions broadcast with those of the tensor.
    /// Negative positions count from the end; those outside of the axis are clamped to it.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 3], &[1, 2, 3, 4, 5, 6])?;
    /// let positions = Tensor::new(&[2, 1], &[2, 0])?;
    /// assert_eq!(x.take_along_axis(&positions, 1).to_vec()?, [3, 4]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn take_along_axis(self, positions: Indices, axis: Axis) -> Tensor<T> {
        let axis = self.axis(axis)?;
        let (x, positions) = beside(self, positions, axis)?;
        take_along(x, from_start(positions, &x.dims()?[axis])?, axis)?
    }

    /// With other elements at positions along an axis: the other axes of the positions broadcast with those of the
    /// tensor, and `values` broadcast to the positions. Negative positions count from the end; those outside of the
    /// axis are left out.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 3], &[1, 2, 3, 4, 5, 6])?;
    /// let positions = Tensor::new(&[2, 1], &[2, 0])?;
    /// assert_eq!(x.put_along_axis(&positions, 0, 1).to_vec()?, [1, 2, 0, 0, 5, 6]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn put_along_axis(self, positions: Indices, values: Operand, axis: Axis) -> Tensor<T> {
        let (c, axis) = (self.composer(), self.axis(axis)?);
        let (_, positions) = beside(self, positions, axis)?;
        let values = c.operand(self.dtype()?, values.into()).broadcast(&positions.dims()?);
        self.scatter_along(positions, values, axis, Assign::Set)?
    }

    /// Each of `values` combined with the element at its position along an axis. The positions have the dims of the
    /// values, which may be shorter than the tensor along the other axes. Negative positions count from the end; those
    /// outside of the axis are left out.
    ///
    /// ```
    /// use gomlx::{ScatterReduce, Tensor};
    /// let x = Tensor::new(&[3], &[1, 2, 3])?;
    /// let (positions, values) = (Tensor::new(&[3], &[0, 0, 2])?, Tensor::new(&[3], &[5, 6, 7])?);
    /// assert_eq!(x.scatter_reduce(&positions, &values, 0, ScatterReduce::Sum).to_vec()?, [12, 2, 10]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "scatter_add")]
    fn scatter_reduce(self, positions: Indices, values: Tensor, axis: Axis, reduce: ScatterReduce) -> Tensor<T> {
        let assign = match reduce {
            ScatterReduce::Sum => Assign::Add,
            ScatterReduce::Prod => Assign::Multiply,
            ScatterReduce::Max => Assign::Maximum,
            ScatterReduce::Min => Assign::Minimum,
        };
        self.scatter_along(positions, values, self.axis(axis)?, assign)?
    }

    /// The slices of an axis at positions; `mode` says what a position outside of the axis means. In the result the
    /// axes of `positions` stand in the place of the axis.
    ///
    /// | mode | a negative position | one after the last |
    /// |---|---|---|
    /// | `Clip` | the first | the last |
    /// | `Wrap` | modulo the size | modulo the size |
    /// | `Fill` | counts from the end; before the first NaN, or the least value of integers | the same |
    ///
    /// ```
    /// use gomlx::{IndexMode, Tensor};
    /// let (x, i) = (Tensor::new(&[3], &[1, 2, 3])?, Tensor::new(&[2], &[-1, 4])?);
    /// assert_eq!(x.take_mode(&i, 0, IndexMode::Clip).to_vec()?, [1, 3]);
    /// assert_eq!(x.take_mode(&i, 0, IndexMode::Wrap).to_vec()?, [3, 2]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn take_mode(self, positions: Indices, axis: Axis, mode: IndexMode) -> Tensor<T> {
        let position = self.axis(axis)?;
        let size = self.dims()?[position].clone();
        let Some(within) = positions.in_mode(&size, mode)? else {
            let (c, dtype) = (self.composer(), self.dtype()?);
            let places = from_start(positions, &size)?;
            let within = places.ge(0) & places.lt(c.count(places.dtype()?, &size));
            let taken = self.take(places, axis);
            // The mask has the axes of the positions in the place of the axis.
            let axes: Axes = (position..position + positions.rank()?).collect();
            let fill = if dtype.is_float() || dtype.is_complex() { c.scalar(dtype, f64::NAN) } else { c.identity(BinaryOp::Maximum, dtype)? };
            return Ok(taken.select(within.broadcast_in_dim(&taken.dims()?, axes), fill));
        };
        self.take(within, axis)
    }

    /// The elements, or slices, at vectors of positions on the first axes: the last axis of `positions` has a position
    /// of each. Negative ones count from the end; those outside are clamped.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1, 2, 3, 4])?;
    /// assert_eq!(x.gather_nd(&Tensor::new(&[2, 2], &[0, 1, 1, 0])?).to_vec()?, [2, 3]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn gather_nd(self, positions: Indices) -> Tensor<T> {
        if positions.rank()? == 0 {
            return Err(self.composer().wrong(Code::Shape, "a scalar is no vector of positions"));
        }
        let parts: Vec<AxisIndex<Var<'c>>> = positions.unstack(-1).into_iter().map(AxisIndex::Tensor).collect();
        self.part(&parts)?
    }
}

impl<'c> Var<'c> {
    /// Combines each of `values` with the element at its position along an axis.
    pub(super) fn scatter_along(self, positions: Var<'c>, values: Var<'c>, axis: usize, assign: Assign) -> Composed<Var<'c>> {
        let (c, shape, given) = (self.composer(), self.shape()?, positions.shape()?);
        if given.dims != values.dims()? || given.rank() != shape.rank() {
            let message = format!("positions {given} and values {} do not fit {shape}", values.shape()?);
            return Err(c.wrong_note(Code::Shape, message, "there is a position for each value, and both have the axes of the tensor"));
        }
        let places = from_start(positions, &shape.dims[axis])?;
        let mut column = given.dims.clone();
        column.push(1.into());
        let component = |a: usize| if a == axis { Ok(places) } else { Ok(c.iota(places.dtype()?, &given.dims, a)) };
        let components = (0..shape.rank()).map(|a| Ok(component(a)?.with_dims(&column))).collect::<Composed<Vec<_>>>()?;
        let every: Axes = (0..shape.rank()).collect();
        let dims = ScatterDims {
            update_window_dims: Axes::new(),
            inserted_window_dims: every.clone(),
            input_batching_dims: Axes::new(),
            scatter_indices_batching_dims: Axes::new(),
            scatter_dims_to_operand_dims: every,
            index_vector_dim: shape.rank(),
            indices_are_sorted: false,
            unique_indices: false,
        };
        Ok(c.emit_with(Op::Scatter(Box::new(dims)), &[self, c.concat(components, -1), values], assign.reducer(), shape.dtype))
    }

    /// Positions within an axis by a mode; `None` if the mode fills.
    ///
    /// # Errors
    /// If they are no integers; if the composition has stopped.
    pub(super) fn in_mode(self, size: &Dim, mode: IndexMode) -> Composed<Option<Var<'c>>> {
        let (c, shape) = (self.composer(), self.shape()?);
        if !shape.dtype.is_int() || shape.dtype == DType::Bool {
            return Err(c.wrong(Code::DType, format!("positions {shape} are not integers")));
        }
        // Half of the numbers of `u64` are none of `i64`; all of these are far beyond an axis.
        let whole = if shape.dtype == DType::U64 { self.minimum(c.scalar(DType::U64, 9e18)) } else { self };
        let whole = whole.convert(DType::I64);
        let n = c.count(DType::I64, size);
        Ok(match mode {
            IndexMode::Clip => Some(whole.clamp(0, n - 1)),
            IndexMode::Wrap => Some((whole % n + n) % n),
            IndexMode::Fill => None,
        })
    }
}

/// A tensor and positions along an axis, with their other axes broadcast.
fn beside<'c>(x: Var<'c>, positions: Var<'c>, axis: usize) -> Composed<(Var<'c>, Var<'c>)> {
    let (c, shape, given) = (x.composer(), x.shape()?, positions.shape()?);
    if given.rank() != shape.rank() {
        let note = "the positions have the axes of the tensor";
        return Err(c.wrong_note(Code::Shape, format!("positions {given} do not fit {shape}"), note));
    }
    let (mut own, mut others) = (shape.dims.clone(), given.dims.clone());
    (own[axis], others[axis]) = (1.into(), 1.into());
    let mut to = c.common(&shape, &given, &own, &others)?;
    to[axis] = shape.dims[axis].clone();
    let x = x.broadcast(&to);
    to[axis] = given.dims[axis].clone();
    Ok((x, positions.broadcast(&to)))
}
