// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching of the ops that move elements.

use super::{Batch, Lifted, lead, led};
use crate::{Axes, DType, Dim, GatherDims, Op, Reducer, Result, ScatterDims, ValueId};

impl Batch<'_> {
    pub(super) fn broadcast(&mut self, dims: &[Dim], axes: &[usize], x: ValueId) -> Result<ValueId> {
        let op = Op::BroadcastInDim { dims: lead(Dim::Lit(self.size), dims).collect(), axes: led(0, axes) };
        self.b.emit(op, &[x])
    }

    pub(super) fn slice(&mut self, starts: &[usize], limits: &[Dim], strides: &[usize], x: ValueId) -> Result<ValueId> {
        let op = Op::Slice {
            starts: lead(0, starts).collect(),
            limits: lead(Dim::Lit(self.size), limits).collect(),
            strides: lead(1, strides).collect(),
        };
        self.b.emit(op, &[x])
    }

    /// Batches `pad`. A batched padding value is selected in the padding.
    pub(super) fn pad(&mut self, low: &[i64], high: &[i64], interior: &[i64], x: &[Lifted]) -> Result<ValueId> {
        let op = Op::Pad { low: lead(0, low).collect(), high: lead(0, high).collect(), interior: lead(0, interior).collect() };
        let operand = self.whole(x[0]);
        if !x[1].each {
            return self.b.emit(op, &[operand, x[1].value]);
        }
        let shape = self.b.shape(operand).clone();
        let zero = self.b.scalar(shape.dtype, 0.0);
        let padded = self.b.emit(op.clone(), &[operand, zero])?;
        let (element, padding) = (self.b.full(&shape.with_dtype(DType::Bool), 0.0), self.b.scalar(DType::Bool, 1.0));
        let is_padding = self.b.emit(op, &[element, padding])?;
        let dims = self.b.shape(padded).dims.clone();
        let value = self.b.broadcast(x[1].value, &dims, &[0]);
        Ok(self.b.select(is_padding, value, padded))
    }

    /// Batches `dynamic_slice`. With batched starts it becomes a gather.
    pub(super) fn dynamic_slice(&mut self, sizes: &[usize], x: &[Lifted]) -> Result<ValueId> {
        let (operand, starts) = (x[0], &x[1..]);
        let rank = starts.len();
        if starts.iter().all(|s| !s.each) {
            let op = Op::DynamicSlice(lead(self.size, sizes).collect());
            let operands = self.with_starts(&[operand.value], starts);
            return self.b.emit(op, &operands);
        }
        let indices = self.index_vectors(starts)?;
        let of_operand = usize::from(operand.each);
        let dims = GatherDims {
            offset_dims: (1..=rank).collect(),
            collapsed_slice_dims: Axes::new(),
            operand_batching_dims: (0..of_operand).collect(),
            start_indices_batching_dims: (0..of_operand).collect(),
            start_index_map: (of_operand..rank + of_operand).collect(),
            index_vector_dim: 1,
            slice_sizes: std::iter::repeat_n(1, of_operand).chain(sizes.iter().copied()).collect(),
            indices_are_sorted: false,
        };
        self.b.emit(Op::Gather(Box::new(dims)), &[operand.value, indices])
    }

    /// Batches `dynamic_update_slice`. With batched starts it becomes a scatter that overwrites. The starts are clamped
    /// first, because a scatter drops windows outside the operand.
    pub(super) fn dynamic_update_slice(&mut self, x: &[Lifted]) -> Result<ValueId> {
        let (operand, update, starts) = (self.whole(x[0]), self.whole(x[1]), &x[2..]);
        if starts.iter().all(|s| !s.each) {
            let operands = self.with_starts(&[operand, update], starts);
            return self.b.emit(Op::DynamicUpdateSlice, &operands);
        }
        let rank = starts.len();
        let indices = self.index_vectors(starts)?;
        let (sizes, covered) = (self.b.shape(operand).sizes(), self.b.shape(update).sizes());
        let last: Vec<f64> = (1..=rank).map(|a| (sizes[a] - covered[a]) as f64).collect();
        let bounds = super::super::indexing::index_vector(&mut self.b, indices, 1, &last)?;
        let zeros = self.b.full_like(indices, 0.0);
        let indices = self.b.emit(Op::Clamp, &[zeros, indices, bounds])?;
        let dims = ScatterDims {
            update_window_dims: (1..=rank).collect(),
            inserted_window_dims: Axes::new(),
            input_batching_dims: Axes::from_slice(&[0]),
            scatter_indices_batching_dims: Axes::from_slice(&[0]),
            scatter_dims_to_operand_dims: (1..=rank).collect(),
            index_vector_dim: 1,
            indices_are_sorted: true,
            unique_indices: true,
        };
        super::super::indexing::scatter(&mut self.b, &dims, Reducer::Replace, [operand, indices, update])
    }

    /// The operands, then a start of zero for the axis of the examples, then the shared starts.
    fn with_starts(&mut self, operands: &[ValueId], starts: &[Lifted]) -> Vec<ValueId> {
        let dtype = starts.first().map_or(DType::I32, |s| self.b.shape(s.value).dtype);
        let zero = self.b.scalar(dtype, 0.0);
        operands.iter().copied().chain([zero]).chain(starts.iter().map(|s| s.value)).collect()
    }

    /// The starts as one index vector for each example.
    fn index_vectors(&mut self, starts: &[Lifted]) -> Result<ValueId> {
        let columns: Vec<ValueId> = starts
            .iter()
            .map(|&s| {
                let s = self.whole(s);
                self.b.reshape(s, &[Dim::Lit(self.size), Dim::Lit(1)])
            })
            .collect();
        if let &[column] = columns.as_slice() {
            return Ok(column);
        }
        self.b.emit(Op::Concatenate(1), &columns)
    }
}
