// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Kernels of `gather` and `scatter`.

use gomlx_ir::{Function, GatherDims, Inst, Reducer, Result, ScatterDims};

use super::elem::{combine, elem, scalar_functions};
use super::lowering::Lowering;
use crate::runtime::kernels::address::AddressSpec;
use crate::runtime::kernels::gather::Gather;
use crate::runtime::kernels::generic::GenericScatter;
use crate::runtime::kernels::scatter::{Scatter, Update};
use crate::runtime::program::Kernel;

pub(super) fn gather(function: &Function, inst: &Inst, gather: &GatherDims) -> Kernel {
    let [operand, indices, result] = [inst.operands[0], inst.operands[1], inst.results[0]].map(|v| function.shape(v));
    let spec = AddressSpec {
        operand: operand.sizes().to_vec(),
        indices: indices.sizes().to_vec(),
        index: elem(indices.dtype),
        windowed: result.sizes().to_vec(),
        offset_dims: gather.offset_dims.to_vec(),
        collapsed_slice_dims: gather.collapsed_slice_dims.to_vec(),
        operand_batching_dims: gather.operand_batching_dims.to_vec(),
        start_indices_batching_dims: gather.start_indices_batching_dims.to_vec(),
        start_index_map: gather.start_index_map.to_vec(),
        index_vector_dim: gather.index_vector_dim,
    };
    Kernel::Gather(Box::new(Gather::new(result.dtype.size(), &spec, &gather.slice_sizes)))
}

pub(super) fn scatter(function: &Function, inst: &Inst, scatter: &ScatterDims, lowering: &mut Lowering) -> Result<Option<Kernel>> {
    let Some(functions) = scalar_functions(function, inst) else { return Ok(None) };
    let n = inst.results.len();
    let [operand, indices, updates] = [inst.operands[0], inst.operands[n], inst.operands[n + 1]].map(|v| function.shape(v));
    let known = match function.reducer_of(inst.regions[0]) {
        Some(Reducer::Replace) => Some(Update::Replace),
        _ => combine(function, inst.regions[0], operand.dtype).map(Update::Combine),
    };
    let spec = AddressSpec {
        operand: operand.sizes().to_vec(),
        indices: indices.sizes().to_vec(),
        index: elem(indices.dtype),
        windowed: updates.sizes().to_vec(),
        offset_dims: scatter.update_window_dims.to_vec(),
        collapsed_slice_dims: scatter.inserted_window_dims.to_vec(),
        operand_batching_dims: scatter.input_batching_dims.to_vec(),
        start_indices_batching_dims: scatter.scatter_indices_batching_dims.to_vec(),
        start_index_map: scatter.scatter_dims_to_operand_dims.to_vec(),
        index_vector_dim: scatter.index_vector_dim,
    };
    Ok(Some(match known {
        Some(update) if n == 1 => Kernel::Scatter(Box::new(Scatter::new(elem(operand.dtype), update, &spec))),
        _ => Kernel::GenericScatter(Box::new(GenericScatter {
            spec,
            combiner: lowering.scalar_function(&functions[0])?,
            sizes: inst.operands[..n].iter().map(|&o| function.shape(o).dtype.size()).collect(),
        })),
    }))
}
