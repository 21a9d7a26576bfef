// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of linear ops: the op itself on tangents.

use super::Jvp;
use crate::{Inst, Result, ValueId};

impl Jvp<'_> {
    /// The tangent of an op that is linear in its first operand; the other operands have no tangent.
    pub(super) fn linear_in_first(&mut self, inst: &Inst, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let Some(tangent) = t[0] else { return Ok(None) };
        let mut operands = inst.operands.clone();
        operands[0] = tangent;
        self.b.emit(inst.op.clone(), &operands).map(Some)
    }

    /// The tangent of an op that is linear in all its floating-point operands together; missing tangents are zeros.
    pub(super) fn linear_in_all(&mut self, inst: &Inst, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let mut operands = inst.operands.clone();
        for (operand, &tangent) in operands.iter_mut().zip(t) {
            if self.b.shape(*operand).dtype.is_differentiable() {
                *operand = self.or_zeros(tangent, *operand);
            }
        }
        self.b.emit(inst.op.clone(), &operands).map(Some)
    }

    /// The tangent of a product, which is linear in each of its two operands.
    pub(super) fn bilinear(&mut self, inst: &Inst, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let mut product = |x: Option<ValueId>, y: Option<ValueId>| match (x, y) {
            (Some(x), Some(y)) => self.b.emit(inst.op.clone(), &[x, y]).map(Some),
            _ => Ok(None),
        };
        let by_lhs = product(t[0], Some(inst.operands[1]))?;
        let by_rhs = product(Some(inst.operands[0]), t[1])?;
        Ok(self.sum(by_lhs, by_rhs))
    }
}
