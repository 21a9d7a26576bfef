// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transpose of `dot_general`: the product of the cotangent with the other operand.

use super::Transpose;
use crate::{Axes, DotDims, Inst, Op, Result, ValueId};

impl Transpose<'_> {
    pub(super) fn dot_general(&mut self, inst: &Inst, dims: &DotDims, ct: ValueId) -> Result<()> {
        let (lhs, rhs) = (inst.operands[0], inst.operands[1]);
        if self.is_linear(lhs) {
            self.dot_by_lhs(lhs, rhs, dims, ct)?;
        }
        if self.is_linear(rhs) {
            self.dot_by_rhs(lhs, rhs, dims, ct)?;
        }
        Ok(())
    }

    /// The cotangent of `lhs`: ct · rhs over the free axes of rhs. Its axes are the batch axes, the free axes of lhs
    /// and the contracting axes in their order in rhs.
    fn dot_by_lhs(&mut self, lhs: ValueId, rhs: ValueId, dims: &DotDims, ct: ValueId) -> Result<()> {
        let batch = dims.lhs_batch.len();
        let lhs_free = DotDims::free(self.b.shape(lhs).rank(), &dims.lhs_batch, &dims.lhs_contracting);
        let rhs_free = DotDims::free(self.b.shape(rhs).rank(), &dims.rhs_batch, &dims.rhs_contracting);
        let back = DotDims {
            lhs_batch: (0..batch).collect(),
            rhs_batch: dims.rhs_batch.clone(),
            lhs_contracting: (batch + lhs_free.len()..batch + lhs_free.len() + rhs_free.len()).collect(),
            rhs_contracting: rhs_free,
            out: dims.out,
        };
        let other = self.b.convert(rhs, dims.out);
        let product = self.b.emit(Op::DotGeneral(back), &[ct, other])?;
        let contracting = sorted_by(&dims.lhs_contracting, &dims.rhs_contracting);
        let axes = [&dims.lhs_batch[..], &lhs_free, &contracting].concat();
        self.add_ordered(lhs, product, &axes);
        Ok(())
    }

    /// The cotangent of `rhs`: lhs · ct over the free axes of lhs. Its axes are the batch axes, the contracting axes in
    /// their order in lhs and the free axes of rhs.
    fn dot_by_rhs(&mut self, lhs: ValueId, rhs: ValueId, dims: &DotDims, ct: ValueId) -> Result<()> {
        let batch = dims.lhs_batch.len();
        let lhs_free = DotDims::free(self.b.shape(lhs).rank(), &dims.lhs_batch, &dims.lhs_contracting);
        let rhs_free = DotDims::free(self.b.shape(rhs).rank(), &dims.rhs_batch, &dims.rhs_contracting);
        let back = DotDims {
            lhs_batch: dims.lhs_batch.clone(),
            rhs_batch: (0..batch).collect(),
            rhs_contracting: (batch..batch + lhs_free.len()).collect(),
            lhs_contracting: lhs_free,
            out: dims.out,
        };
        let other = self.b.convert(lhs, dims.out);
        let product = self.b.emit(Op::DotGeneral(back), &[other, ct])?;
        let contracting = sorted_by(&dims.rhs_contracting, &dims.lhs_contracting);
        let axes = [&dims.rhs_batch[..], &contracting, &rhs_free].concat();
        self.add_ordered(rhs, product, &axes);
        Ok(())
    }

    /// Adds a cotangent whose axis `i` is axis `axes[i]` of the operand.
    fn add_ordered(&mut self, operand: ValueId, cotangent: ValueId, axes: &[usize]) {
        let mut permutation = Axes::from_elem(0, axes.len());
        for (i, &axis) in axes.iter().enumerate() {
            permutation[axis] = i;
        }
        let dtype = self.b.shape(operand).dtype;
        let converted = self.b.convert(cotangent, dtype);
        let cotangent = self.b.transpose(converted, &permutation);
        self.add(operand, cotangent);
    }
}

/// The axes, sorted by their partners.
fn sorted_by(axes: &[usize], partners: &[usize]) -> Axes {
    let mut pairs: Vec<(usize, usize)> = partners.iter().copied().zip(axes.iter().copied()).collect();
    pairs.sort_unstable();
    pairs.into_iter().map(|(_, axis)| axis).collect()
}
