// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! How a library call reads an operand: as strides over the value that is stored.

use gomlx_ir::{Function, Inst, Op, ValueId};
use smallvec::SmallVec;

use crate::loops::index::{Index, is_view, through};
use crate::loops::support::is_product;

/// How an instruction reads an operand that it needs in memory: strides over a stored value.
#[derive(Clone, Debug)]
pub(crate) struct StorageView {
    /// The value that is stored.
    pub(crate) base: ValueId,
    /// Element of `base` for element zero.
    pub(crate) offset: i64,
    /// Step in `base` of each axis of the operand.
    pub(crate) strides: SmallVec<[i64; 6]>,
}

/// The strided view that a library call reads: through the views that define the operand, where the kernel takes
/// strides.
pub(crate) fn storage_view(function: &Function, inst: &Inst, operand: ValueId) -> StorageView {
    let dims = function.shape(operand).sizes();
    let mut base = operand;
    let mut index = Index::identity(dims.len());
    let strided = matches!(inst.op, Op::DotGeneral(_)) && is_product(function, inst);
    while let Some((_, inst)) = function.def_inst(base).filter(|_| strided) {
        // A broadcast operand is cheaper copied once than packed again for each tile.
        if !is_view(&inst.op) || matches!(inst.op, Op::BroadcastInDim { .. }) {
            break;
        }
        let Some(next) = through(&inst.op, &index, function.shape(base), function.shape(inst.operands[0]), &dims) else { break };
        (base, index) = (inst.operands[0], next);
    }
    let linear = index.linear(&function.shape(base).sizes());
    // Of no elements the first may lie outside: before the start where an empty axis is reversed.
    let offset = if dims.contains(&0) { 0 } else { linear.offset };
    StorageView { base, offset, strides: (0..dims.len()).map(|a| linear.coef(a)).collect() }
}
