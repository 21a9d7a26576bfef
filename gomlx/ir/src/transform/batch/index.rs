// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching of `gather` and `scatter`. It uses the batching dims of their dimension numbers.

use super::{Batch, Lifted, lead, led, shifted};
use crate::{Axes, GatherDims, Inst, Op, Result, ScatterDims, ValueId};

impl Batch<'_> {
    pub(super) fn gather(&mut self, dims: &GatherDims, x: &[Lifted]) -> Result<ValueId> {
        let (operand, indices) = (x[0], x[1]);
        let by_operand = |axes: &[usize]| if operand.each { shifted(axes) } else { Axes::from(axes) };
        let by_indices = |axes: &[usize]| if indices.each { shifted(axes) } else { Axes::from(axes) };
        let mut batched = GatherDims {
            offset_dims: shifted(&dims.offset_dims),
            collapsed_slice_dims: by_operand(&dims.collapsed_slice_dims),
            operand_batching_dims: by_operand(&dims.operand_batching_dims),
            start_indices_batching_dims: by_indices(&dims.start_indices_batching_dims),
            start_index_map: by_operand(&dims.start_index_map),
            index_vector_dim: dims.index_vector_dim + usize::from(indices.each),
            slice_sizes: dims.slice_sizes.clone(),
            indices_are_sorted: dims.indices_are_sorted && !indices.each,
        };
        match (operand.each, indices.each) {
            (true, true) => {
                batched.operand_batching_dims.insert(0, 0);
                batched.start_indices_batching_dims.insert(0, 0);
                batched.slice_sizes.insert(0, 1.min(self.size));
            }
            // The examples are one more axis of each slice.
            (true, false) => {
                batched.offset_dims = led(0, &dims.offset_dims);
                batched.slice_sizes.insert(0, self.size);
            }
            (false, _) => {}
        }
        self.b.emit(Op::Gather(Box::new(batched)), &[operand.value, indices.value])
    }

    pub(super) fn scatter(&mut self, inst: &Inst, dims: &ScatterDims, x: &[Lifted]) -> Result<Vec<ValueId>> {
        let n = x.len() / 2;
        let indices = x[n];
        let mut batched = ScatterDims {
            update_window_dims: shifted(&dims.update_window_dims),
            inserted_window_dims: shifted(&dims.inserted_window_dims),
            input_batching_dims: shifted(&dims.input_batching_dims),
            scatter_indices_batching_dims: dims.scatter_indices_batching_dims.clone(),
            scatter_dims_to_operand_dims: shifted(&dims.scatter_dims_to_operand_dims),
            index_vector_dim: dims.index_vector_dim,
            indices_are_sorted: dims.indices_are_sorted && !indices.each,
            unique_indices: dims.unique_indices,
        };
        if indices.each {
            batched.input_batching_dims.insert(0, 0);
            batched.scatter_indices_batching_dims = led(0, &dims.scatter_indices_batching_dims);
            batched.index_vector_dim += 1;
        } else {
            batched.update_window_dims = lead(0, &batched.update_window_dims).collect();
        }
        let operands: Vec<ValueId> = x.iter().enumerate().map(|(i, &l)| if i == n { l.value } else { self.whole(l) }).collect();
        let body = self.copied(inst.regions[0])?;
        let copy = self.b.emit_inst(Op::Scatter(Box::new(batched)), &operands, &[body])?;
        Ok(self.b.function.inst(copy).results.to_vec())
    }
}
