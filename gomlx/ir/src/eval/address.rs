// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `gather` and `scatter`: elements addressed by index vectors.

use smallvec::SmallVec;

use super::convert::indices;
use super::frame::{Frame, Value, Values};
use super::index::{Walk, offset, strides};
use super::reduce::fold;
use crate::{Axes, Dims, GatherDims, HostTensor, Inst, Result, ScatterDims, Shape};

/// The index of the operand where a slice or window starts, before it is checked against bounds.
type Start = SmallVec<[i64; 6]>;

/// How index vectors address an operand.
struct Addressing<'a> {
    indices: Vec<i64>,
    strides: Dims,
    index_vector_dim: usize,
    /// The axis of the operand that each component addresses.
    map: &'a [usize],
    operand_batch: &'a [usize],
    indices_batch: &'a [usize],
}

impl Addressing<'_> {
    /// The start that the index vector at a batch index gives; zero on axes that are not addressed.
    fn start(&self, batch: &[usize], rank: usize) -> Start {
        let mut at: Dims = batch.into();
        let mut start = Start::from_elem(0, rank);
        let vectors = self.index_vector_dim < self.strides.len();
        if vectors {
            at.insert(self.index_vector_dim, 0);
        }
        for (component, &axis) in self.map.iter().enumerate() {
            if vectors {
                at[self.index_vector_dim] = component;
            }
            start[axis] = self.indices[offset(&at, &self.strides)];
        }
        start
    }

    /// Sets a start to its batch on the batching axes, which are not clamped.
    fn add_batch(&self, start: &mut Start, batch: &[usize]) {
        for (&axis, &of) in self.operand_batch.iter().zip(self.indices_batch) {
            start[axis] = batch[if of < self.index_vector_dim { of } else { of - 1 }] as i64;
        }
    }
}

/// Axes of a rank that none of the lists holds.
fn others(rank: usize, lists: &[&[usize]]) -> Axes {
    (0..rank).filter(|a| lists.iter().all(|l| !l.contains(a))).collect()
}

pub(super) fn gather(x: &HostTensor, start_indices: &HostTensor, shape: &Shape, dims: &GatherDims) -> Result<HostTensor> {
    let addressing = Addressing {
        indices: indices(start_indices),
        strides: strides(start_indices.dims()),
        index_vector_dim: dims.index_vector_dim,
        map: &dims.start_index_map,
        operand_batch: &dims.operand_batching_dims,
        indices_batch: &dims.start_indices_batching_dims,
    };
    let (result, rank) = (shape.sizes(), x.dims().len());
    let batch_dims = others(result.len(), &[&dims.offset_dims]);
    let windowed = others(rank, &[&dims.collapsed_slice_dims, &dims.operand_batching_dims]);
    let (from, size) = (strides(x.dims()), x.dtype().size());
    let mut bytes = Vec::with_capacity(shape.num_bytes());
    let mut walk = Walk::new(&result);
    while let Some(index) = walk.step() {
        let batch: Dims = batch_dims.iter().map(|&a| index[a]).collect();
        let mut at = addressing.start(&batch, rank);
        for axis in 0..rank {
            at[axis] = at[axis].clamp(0, (x.dims()[axis] - dims.slice_sizes[axis]) as i64);
        }
        addressing.add_batch(&mut at, &batch);
        for (&axis, &of) in windowed.iter().zip(&dims.offset_dims) {
            at[axis] += index[of] as i64;
        }
        let at: Dims = at.iter().map(|&i| i as usize).collect();
        bytes.extend_from_slice(&x.bytes()[offset(&at, &from) * size..][..size]);
    }
    HostTensor::from_bytes(x.dtype(), &result, &bytes)
}

/// Applies the updates in row-major order. Updates outside the operand are dropped.
pub(super) fn scatter(frame: &mut Frame<'_>, inst: &Inst, x: &[Value], dims: &ScatterDims) -> Result<Values> {
    let n = x.len() / 2;
    let (inputs, scatter_indices, updates) = (&x[..n], &x[n], &x[n + 1..]);
    let addressing = Addressing {
        indices: indices(scatter_indices),
        strides: strides(scatter_indices.dims()),
        index_vector_dim: dims.index_vector_dim,
        map: &dims.scatter_dims_to_operand_dims,
        operand_batch: &dims.input_batching_dims,
        indices_batch: &dims.scatter_indices_batching_dims,
    };
    let (target, update) = (inputs[0].dims(), updates[0].dims());
    let batch_dims = others(update.len(), &[&dims.update_window_dims]);
    let windowed = others(target.len(), &[&dims.inserted_window_dims, &dims.input_batching_dims]);
    let to = strides(target);
    let mut steps = vec![];
    let mut walk = Walk::new(update);
    let mut from = 0;
    while let Some(index) = walk.step() {
        let batch: Dims = batch_dims.iter().map(|&a| index[a]).collect();
        let mut at = addressing.start(&batch, target.len());
        addressing.add_batch(&mut at, &batch);
        for (&axis, &of) in windowed.iter().zip(&dims.update_window_dims) {
            at[axis] = at[axis].saturating_add(index[of] as i64);
        }
        let inside: Option<Dims> = at.iter().zip(target).map(|(&i, &size)| usize::try_from(i).ok().filter(|&i| i < size)).collect();
        steps.extend(inside.map(|at| (offset(&at, &to), from)));
        from += 1;
    }
    let accumulators = inputs.iter().map(|i| HostTensor::clone(i)).collect();
    fold(frame, inst.regions[0], accumulators, updates, steps.into_iter())
}
