// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Kernels that move elements.

use gomlx_ir::{Function, Inst, ValueId};

use super::elem::elem;
use crate::loops::index::{Index, through};
use crate::runtime::elem::Elem;
use crate::runtime::kernels::copy::{self, CopyDim, Pad, StridedCopy, row_major};
use crate::runtime::kernels::dynamic_slice::DynamicSlice;
use crate::runtime::program::Kernel;

/// Plans a copy of contiguous bytes.
pub(crate) fn bytes_copy(bytes: usize) -> StridedCopy {
    StridedCopy::new(1, &[CopyDim { size: bytes, src: 1, dst: 1 }], 0, 0)
}

/// The kernel of a broadcast, a slice or a reversal.
pub(super) fn view(function: &Function, inst: &Inst) -> Kernel {
    let (from, to) = (function.shape(inst.operands[0]), function.shape(inst.results[0]));
    let dims = to.sizes();
    let index = through(&inst.op, &Index::identity(dims.len()), to, from, &dims).expect("the axes of a result are affine");
    let linear = index.linear(&from.sizes());
    let dims: Vec<CopyDim> =
        row_major(&dims).iter().enumerate().map(|(a, &dst)| CopyDim { size: dims[a], src: linear.coef(a) as isize, dst }).collect();
    // The first element of an empty result may lie outside the operand.
    let offset = if to.num_elements() == 0 { 0 } else { linear.offset as isize };
    Kernel::Copy(vec![StridedCopy::new(to.dtype.size(), &dims, offset, 0)])
}

pub(super) fn transpose(function: &Function, inst: &Inst, permutation: &[usize]) -> Kernel {
    let operand = function.shape(inst.operands[0]);
    Kernel::Copy(vec![copy::transpose(operand.dtype.size(), &operand.sizes(), permutation)])
}

pub(super) fn concatenate(function: &Function, inst: &Inst, axis: usize) -> Kernel {
    let dims: Vec<_> = inst.operands.iter().map(|&o| function.shape(o).sizes()).collect();
    let dims: Vec<&[usize]> = dims.iter().map(|d| &d[..]).collect();
    Kernel::Copy(copy::concatenate(elem_size(function, inst.results[0]), &dims, axis))
}

pub(super) fn pad(function: &Function, inst: &Inst, low: &[i64], high: &[i64], interior: &[i64]) -> Kernel {
    let interior: Vec<usize> = interior.iter().map(|&i| i as usize).collect();
    let operand = function.shape(inst.operands[0]);
    Kernel::Pad(Box::new(Pad::new(operand.dtype.size(), &operand.sizes(), low, high, &interior)))
}

pub(super) fn dynamic_slice(function: &Function, inst: &Inst, sizes: &[usize]) -> Kernel {
    Kernel::DynamicSlice(Box::new(slice(function, inst.operands[0], inst.operands.get(1), sizes)))
}

pub(super) fn dynamic_update_slice(function: &Function, inst: &Inst) -> Kernel {
    let sizes = function.shape(inst.operands[1]).sizes();
    let slice = slice(function, inst.operands[0], inst.operands.get(2), &sizes);
    let whole = bytes_copy(function.shape(inst.results[0]).num_bytes());
    Kernel::DynamicUpdateSlice(Box::new(slice), Box::new(whole))
}

/// Plans a slice of these sizes. `start` is the first start index; it is `None` if the operand has no axes.
fn slice(function: &Function, operand: ValueId, start: Option<&ValueId>, sizes: &[usize]) -> DynamicSlice {
    let index = start.map_or(Elem::I32, |&start| elem(function.shape(start).dtype));
    DynamicSlice::new(elem_size(function, operand), index, &function.shape(operand).sizes(), sizes)
}

fn elem_size(function: &Function, value: ValueId) -> usize {
    function.shape(value).dtype.size()
}
