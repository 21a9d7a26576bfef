// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching of `select` and `clamp`, the elementwise ops that take scalars beside tensors.

use super::{Batch, Lifted};
use crate::{Inst, Result, ValueId};

impl Batch<'_> {
    /// Batches `select`. A batched scalar predicate is broadcast over each example.
    pub(super) fn select(&mut self, inst: &Inst, x: &[Lifted]) -> Result<ValueId> {
        let dims = self.b.shape(inst.results[0]).dims.clone();
        let predicate = self.scalar_or_whole(x[0], inst.operands[0], &dims);
        let (on_true, on_false) = (self.whole(x[1]), self.whole(x[2]));
        self.b.emit(inst.op.clone(), &[predicate, on_true, on_false])
    }

    pub(super) fn clamp(&mut self, inst: &Inst, x: &[Lifted]) -> Result<ValueId> {
        let dims = self.b.shape(inst.results[0]).dims.clone();
        let min = self.scalar_or_whole(x[0], inst.operands[0], &dims);
        let operand = self.whole(x[1]);
        let max = self.scalar_or_whole(x[2], inst.operands[2], &dims);
        self.b.emit(inst.op.clone(), &[min, operand, max])
    }

    /// An operand that may be a scalar beside operands of `dims`. A batched scalar is broadcast to `dims`.
    fn scalar_or_whole(&mut self, x: Lifted, source: ValueId, dims: &[crate::Dim]) -> ValueId {
        let is_scalar = self.b.shape(source).rank() == 0;
        match (is_scalar, x.each) {
            (true, false) => x.value,
            (true, true) => self.spread(x, dims, &[]),
            (false, _) => self.whole(x),
        }
    }
}
