// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reading and writing along an axis by positions that stand beside the elements.

use super::declare::methods;
use super::{Composed, Var};
use crate::{Axes, Code, DType, GatherDims, Op};

/// The elements at positions along an axis. `positions` has the size of `x` along every other axis, and lies within
/// the axis.
pub(super) fn take_along<'c>(x: Var<'c>, positions: Var<'c>, axis: usize) -> Composed<Var<'c>> {
    let (shape, result) = (x.shape()?, positions.shape()?);
    if shape.dims[axis].is(0) || result.dims[axis].is(0) {
        return Ok(x.composer().zeros(shape.dtype, result.dims));
    }
    let rank = shape.rank();
    let others: Axes = (0..rank).filter(|&a| a != axis).collect();
    let gather = GatherDims {
        offset_dims: Axes::new(),
        collapsed_slice_dims: Axes::from_slice(&[axis]),
        operand_batching_dims: others.clone(),
        start_indices_batching_dims: others,
        start_index_map: Axes::from_slice(&[axis]),
        index_vector_dim: rank,
        slice_sizes: Axes::from_elem(1, rank),
        indices_are_sorted: false,
    };
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
        take_along(x, positions.positions_within(x.size(axis)?)?, axis)?
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

impl<'c> Var<'c> {
    /// Positions as `i32`, or `i64` where they may be beyond: all from the beginning of an axis of a size.
    pub(super) fn positions_within(self, size: usize) -> Composed<Var<'c>> {
        let (c, shape) = (self.composer(), self.shape()?);
        if !shape.dtype.is_int() || shape.dtype == DType::Bool {
            return Err(c.wrong(Code::DType, format!("positions {shape} are not integers")));
        }
        let positions = match shape.dtype {
            DType::U64 => self.minimum(c.scalar(DType::U64, f64::from(u32::MAX))).convert(DType::I64),
            DType::I64 | DType::U32 => self.convert(DType::I64),
            _ => self.convert(DType::I32),
        };
        if !shape.dtype.is_signed_int() {
            return Ok(positions);
        }
        let size = i32::try_from(size).unwrap_or(i32::MAX);
        Ok((positions + size).select(positions.lt(0), positions))
    }
}
