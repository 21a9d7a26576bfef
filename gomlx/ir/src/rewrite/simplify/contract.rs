// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Rules of reductions and matrix products.

use super::Site;
use crate::{Axes, BinaryOp, Dim, DotDims, Inst, Op, Reducer, ValueId};

/// Replaces a reduction over axes of size one, from an identity, by a reshape. For a sum it adds zero, because the sum
/// of `-0.0` and the initial value is `0.0`.
pub(super) fn reduce(site: &mut Site<'_>, axes: &[usize], operands: &[ValueId], body: Reducer) -> Option<ValueId> {
    let (&[x, initial], Reducer::Binary(op)) = (operands, body) else { return None };
    let shape = site.shape(x).clone();
    if axes.iter().any(|&a| !shape.dims[a].is(1)) {
        return None;
    }
    if **site.b.function.constant(initial)? != op.identity(shape.dtype)? {
        return None;
    }
    let kept: Vec<Dim> = shape.dims.iter().enumerate().filter(|(a, _)| !axes.contains(a)).map(|(_, d)| d.clone()).collect();
    let x = site.b.reshape(x, &kept);
    if op == BinaryOp::Add && shape.dtype.is_differentiable() {
        let zero = site.b.full_like(x, 0.0);
        return Some(site.b.add(x, zero));
    }
    Some(x)
}

/// Moves the transposes of a product's operands into its dimension numbers.
pub(super) fn dot_general(site: &mut Site<'_>, dims: &DotDims, lhs: ValueId, rhs: ValueId) -> Option<ValueId> {
    let left = untransposed(site, lhs, &dims.lhs_batch, &dims.lhs_contracting);
    let right = untransposed(site, rhs, &dims.rhs_batch, &dims.rhs_contracting);
    if left.is_none() && right.is_none() {
        return None;
    }
    let (lhs, lhs_batch, lhs_contracting) = left.unwrap_or_else(|| (lhs, dims.lhs_batch.clone(), dims.lhs_contracting.clone()));
    let (rhs, rhs_batch, rhs_contracting) = right.unwrap_or_else(|| (rhs, dims.rhs_batch.clone(), dims.rhs_contracting.clone()));
    let dims = DotDims { lhs_batch, rhs_batch, lhs_contracting, rhs_contracting, out: dims.out };
    Some(site.emit(Op::DotGeneral(dims), &[lhs, rhs]))
}

/// For an operand that is a transpose: the transposed value and the positions of the batch and contracting axes in it.
/// `None` if this changes the order of the free axes, which is their order in the result.
fn untransposed(site: &Site<'_>, operand: ValueId, batch: &[usize], contracting: &[usize]) -> Option<(ValueId, Axes, Axes)> {
    let inst = site.def(operand)?;
    let Op::Transpose(permutation) = &inst.op else { return None };
    let free = DotDims::free(permutation.len(), batch, contracting);
    let there = |axes: &[usize]| -> Axes { axes.iter().map(|&a| permutation[a]).collect() };
    there(&free).is_sorted().then(|| (inst.operands[0], there(batch), there(contracting)))
}

/// Replaces a transpose that exchanges the free axes of a product by the product of the exchanged operands.
pub(super) fn transposed_dot(site: &mut Site<'_>, permutation: &[usize], dot: &Inst) -> Option<ValueId> {
    let Op::DotGeneral(dims) = &dot.op else { return None };
    // A product with other users would be computed twice.
    if !site.used_once {
        return None;
    }
    let (lhs, rhs) = (dot.operands[0], dot.operands[1]);
    let batch = dims.lhs_batch.len();
    let lhs_free = site.shape(lhs).rank() - batch - dims.lhs_contracting.len();
    let rhs_free = site.shape(rhs).rank() - batch - dims.rhs_contracting.len();
    let exchanged = (0..batch).chain(batch + lhs_free..batch + lhs_free + rhs_free).chain(batch..batch + lhs_free);
    if !exchanged.eq(permutation.iter().copied()) {
        return None;
    }
    let dims = DotDims {
        lhs_batch: dims.rhs_batch.clone(),
        rhs_batch: dims.lhs_batch.clone(),
        lhs_contracting: dims.rhs_contracting.clone(),
        rhs_contracting: dims.lhs_contracting.clone(),
        out: dims.out,
    };
    Some(site.emit(Op::DotGeneral(dims), &[rhs, lhs]))
}
