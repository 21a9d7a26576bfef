// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Gather and scatter, which are each other's transposes.
//!
//! `gather` clamps its indices to keep its slices within the operand. `scatter` drops a window that is not wholly
//! within the operand, as XLA does. (The spec drops only the elements outside, which differs for windows across an
//! edge.)

use smallvec::SmallVec;

use crate::{
    Axes, BinaryOp, Builder, DType, Direction, Element, GatherDims, HostTensor, Op, Reducer, Result, ScatterDims, Shape, ValueId,
    with_element,
};

/// Emits a scatter of one operand.
pub(super) fn scatter(
    b: &mut Builder<'_>,
    dims: &ScatterDims,
    reducer: Reducer,
    [operand, indices, updates]: [ValueId; 3],
) -> Result<ValueId> {
    let dtype = b.shape(operand).dtype;
    let body = b.reducer(reducer, dtype);
    let inst = b.emit_inst(Op::Scatter(Box::new(dims.clone())), &[operand, indices, updates], &[body])?;
    Ok(b.function.inst(inst).results[0])
}

/// Gathers the elements of `operand` at the positions where a scatter writes its updates, which have the shape
/// `updates`. The elements for dropped windows are unspecified.
pub(super) fn gather_scattered(
    b: &mut Builder<'_>,
    dims: &ScatterDims,
    operand: ValueId,
    indices: ValueId,
    updates: &Shape,
) -> Result<ValueId> {
    let op = GatherDims {
        offset_dims: dims.update_window_dims.clone(),
        collapsed_slice_dims: dims.inserted_window_dims.clone(),
        operand_batching_dims: dims.input_batching_dims.clone(),
        start_indices_batching_dims: dims.scatter_indices_batching_dims.clone(),
        start_index_map: dims.scatter_dims_to_operand_dims.clone(),
        index_vector_dim: dims.index_vector_dim,
        slice_sizes: window_sizes(dims, b.shape(operand).rank(), updates),
        indices_are_sorted: dims.indices_are_sorted,
    };
    b.emit(Op::Gather(Box::new(op)), &[operand, indices])
}

/// Emits booleans with the dims of the updates: whether the window of each update lies within the operand.
pub(super) fn within(b: &mut Builder<'_>, dims: &ScatterDims, operand: &Shape, indices: ValueId, updates: &Shape) -> Result<ValueId> {
    let sizes = window_sizes(dims, operand.rank(), updates);
    let last = |&axis: &usize| operand.size(axis) as f64 - sizes[axis] as f64;
    let bounds: Vec<f64> = dims.scatter_dims_to_operand_dims.iter().map(last).collect();
    // An unsigned bound can't be negative; windows larger than the operand are then never within.
    let fits = bounds.iter().all(|&bound| bound >= 0.0);
    let bounds = index_vector(b, indices, dims.index_vector_dim, &bounds)?;
    let zeros = b.full_like(indices, 0.0);
    let above = b.compare(Direction::Ge, indices, zeros);
    let below = b.compare(Direction::Le, indices, bounds);
    let mut inside = b.binary(BinaryOp::And, above, below);
    if dims.index_vector_dim < b.shape(indices).rank() {
        inside = b.reduce(BinaryOp::And, inside, &[dims.index_vector_dim]);
    }
    if !fits {
        inside = b.full_like(inside, 0.0);
    }
    let axes: Axes = (0..updates.rank()).filter(|a| !dims.update_window_dims.contains(a)).collect();
    Ok(b.broadcast(inside, &updates.dims, &axes))
}

/// The dimension numbers of the scatter that transposes a gather, and the indices after the gather's clamping.
pub(super) fn transposed_gather(
    b: &mut Builder<'_>,
    dims: &GatherDims,
    operand: &Shape,
    indices: ValueId,
) -> Result<(ScatterDims, ValueId)> {
    let bounds: Vec<f64> = dims.start_index_map.iter().map(|&a| (operand.size(a) - dims.slice_sizes[a]) as f64).collect();
    let bounds = index_vector(b, indices, dims.index_vector_dim, &bounds)?;
    let dtype = b.shape(indices).dtype;
    let zero = b.scalar(dtype, 0.0);
    let clamped = b.emit(Op::Clamp, &[zero, indices, bounds])?;
    let scatter = ScatterDims {
        update_window_dims: dims.offset_dims.clone(),
        inserted_window_dims: dims.collapsed_slice_dims.clone(),
        input_batching_dims: dims.operand_batching_dims.clone(),
        scatter_indices_batching_dims: dims.start_indices_batching_dims.clone(),
        scatter_dims_to_operand_dims: dims.start_index_map.clone(),
        index_vector_dim: dims.index_vector_dim,
        indices_are_sorted: dims.indices_are_sorted,
        unique_indices: false,
    };
    Ok((scatter, clamped))
}

/// Gathers the elements of `x` at `positions` along an axis. On all other axes `positions` has the dims of `x`.
pub(super) fn take_along(b: &mut Builder<'_>, x: ValueId, positions: ValueId, axis: usize) -> Result<ValueId> {
    let shape = b.shape(x).clone();
    let result = b.shape(positions).with_dtype(shape.dtype);
    if shape.num_elements() == 0 || result.num_elements() == 0 {
        return Ok(b.full(&result, 0.0));
    }
    let dims = GatherDims::along(axis, shape.rank());
    b.emit(Op::Gather(Box::new(dims)), &[x, positions])
}

/// The size of a scatter's window along each axis of the operand.
fn window_sizes(dims: &ScatterDims, rank: usize, updates: &Shape) -> Axes {
    let mut window = dims.update_window_dims.iter().map(|&a| updates.size(a));
    let single = |a: &usize| dims.inserted_window_dims.contains(a) || dims.input_batching_dims.contains(a);
    (0..rank).map(|a| if single(&a) { 1 } else { window.next().expect("a window axis for each other axis of the operand") }).collect()
}

/// Emits a constant of the shape of the indices, with one number for each component of an index vector. The numbers are
/// rounded to the indices' dtype.
pub(super) fn index_vector(b: &mut Builder<'_>, indices: ValueId, axis: usize, numbers: &[f64]) -> Result<ValueId> {
    fn vector<T: Element>(numbers: &[f64]) -> Result<HostTensor> {
        HostTensor::new(&[numbers.len()], &numbers.iter().map(|&x| T::from_f64(x)).collect::<Vec<T>>())
    }
    let shape = b.shape(indices).clone();
    let vector = match shape.dtype {
        DType::C64 | DType::C128 => unreachable!("indices are integers"),
        dtype => with_element!(dtype, T => vector::<T>(numbers))?,
    };
    if axis < shape.rank() {
        let vector = b.constant(vector);
        return Ok(b.broadcast(vector, &shape.dims, &[axis]));
    }
    let scalar = b.constant(vector.reshaped(&[])?);
    Ok(b.broadcast(scalar, &shape.dims, &SmallVec::<[usize; 0]>::new()))
}
