// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! How a library call reads an operand: with strides over a stored value.

use gomlx_ir::{Function, Inst, Op, ValueId};
use smallvec::SmallVec;

use crate::loops::index::{Index, is_view, through};
use crate::loops::support::all_in_loops;

/// Whether kernels compute the products of an instruction: both operands have one type, and loops have all its types.
pub(crate) fn is_product(function: &Function, inst: &Inst) -> bool {
    all_in_loops(function, inst) && function.shape(inst.operands[0]).dtype == function.shape(inst.operands[1]).dtype
}

/// The values that the kernel of an instruction reads, in the order of its operands.
pub(crate) fn reads(function: &Function, inst: &Inst) -> SmallVec<[ValueId; 4]> {
    inst.operands.iter().map(|&operand| storage_view(function, inst, operand).base).collect()
}

/// An operand as a strided view of a stored value.
#[derive(Clone, Debug)]
pub(crate) struct StorageView {
    /// The stored value.
    pub(crate) base: ValueId,
    /// The element of `base` that is the operand's first element.
    pub(crate) offset: i64,
    /// The step in `base` along each axis of the operand.
    pub(crate) strides: SmallVec<[i64; 6]>,
}

/// The strided view that a library call reads. If the kernel takes strides, the base is below the views that define the
/// operand.
pub(crate) fn storage_view(function: &Function, inst: &Inst, operand: ValueId) -> StorageView {
    let dims = function.shape(operand).sizes();
    let mut base = operand;
    let mut index = Index::identity(dims.len());
    let strided = matches!(inst.op, Op::DotGeneral(_)) && is_product(function, inst);
    while let Some((_, inst)) = function.def_inst(base).filter(|_| strided) {
        // Copying a broadcast operand once is cheaper than packing it again for each tile.
        if !is_view(&inst.op) || matches!(inst.op, Op::BroadcastInDim { .. }) {
            break;
        }
        let Some(next) = through(&inst.op, &index, function.shape(base), function.shape(inst.operands[0]), &dims) else { break };
        (base, index) = (inst.operands[0], next);
    }
    let linear = index.linear(&function.shape(base).sizes());
    // The first element of an empty operand may lie outside of the base: reversing an empty axis starts before it.
    let offset = if dims.contains(&0) { 0 } else { linear.offset };
    StorageView { base, offset, strides: (0..dims.len()).map(|a| linear.coef(a)).collect() }
}
