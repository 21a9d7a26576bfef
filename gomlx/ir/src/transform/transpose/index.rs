// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transposes of the ops that read and write at computed positions. The cotangent of a read is added at the position of
//! the read, in the sum known so far; no second tensor of the operand's size is made.

use super::{Transpose, not_linear};
use crate::transform::indexing;
use crate::{BinaryOp, GatherDims, Inst, Op, Reducer, Result, ScatterDims, ValueId};

impl Transpose<'_> {
    pub(super) fn dynamic_slice(&mut self, inst: &Inst, ct: ValueId) -> Result<()> {
        let (x, starts) = (inst.operands[0], &inst.operands[1..]);
        let (sum, ct) = match self.cotangents.remove(&x) {
            None => (self.b.full_like(x, 0.0), ct),
            Some(sum) => {
                let part = self.b.emit(inst.op.clone(), &[&[sum], starts].concat())?;
                (sum, self.b.add(part, ct))
            }
        };
        let sum = self.b.emit(Op::DynamicUpdateSlice, &[&[sum, ct], starts].concat())?;
        self.add(x, sum);
        Ok(())
    }

    pub(super) fn dynamic_update_slice(&mut self, inst: &Inst, ct: ValueId) -> Result<()> {
        let (x, update, starts) = (inst.operands[0], inst.operands[1], &inst.operands[2..]);
        // The part is read first, so that the cotangent may then be overwritten in place.
        if self.is_linear(update) {
            let sizes = self.b.shape(update).sizes().into_iter().collect();
            let inside = self.b.emit(Op::DynamicSlice(sizes), &[&[ct], starts].concat())?;
            self.add(update, inside);
        }
        if self.is_linear(x) {
            let zeros = self.b.full_like(update, 0.0);
            let outside = self.b.emit(Op::DynamicUpdateSlice, &[&[ct, zeros], starts].concat())?;
            self.add(x, outside);
        }
        Ok(())
    }

    pub(super) fn gather(&mut self, inst: &Inst, dims: &GatherDims, ct: ValueId) -> Result<()> {
        let (x, indices) = (inst.operands[0], inst.operands[1]);
        let shape = self.b.shape(x).clone();
        let (dims, indices) = indexing::transposed_gather(&mut self.b, dims, &shape, indices)?;
        let sum = self.cotangents.remove(&x).unwrap_or_else(|| self.b.full_like(x, 0.0));
        let sum = indexing::scatter(&mut self.b, &dims, Reducer::Binary(BinaryOp::Add), [sum, indices, ct])?;
        self.add(x, sum);
        Ok(())
    }

    pub(super) fn scatter(&mut self, inst: &Inst, dims: &ScatterDims, ct: ValueId) -> Result<()> {
        let (x, indices, updates) = (inst.operands[0], inst.operands[1], inst.operands[2]);
        let reducer = self.b.function.reducer_of(inst.regions[0]);
        // The elements are read first, so that the cotangent may then be overwritten in place.
        if self.is_linear(updates) {
            let (operand, shape) = (self.b.shape(x).clone(), self.b.shape(updates).clone());
            let found = indexing::gather_scattered(&mut self.b, dims, ct, indices, &shape)?;
            let written = indexing::within(&mut self.b, dims, &operand, indices, &shape)?;
            let zeros = self.b.full_like(updates, 0.0);
            let of_updates = self.b.select(written, found, zeros);
            self.add(updates, of_updates);
        }
        if self.is_linear(x) {
            let kept = match reducer {
                Some(Reducer::Binary(BinaryOp::Add)) => ct,
                Some(Reducer::Replace) => {
                    let zeros = self.b.full_like(updates, 0.0);
                    indexing::scatter(&mut self.b, dims, Reducer::Replace, [ct, indices, zeros])?
                }
                Some(reducer @ Reducer::Binary(BinaryOp::Multiply)) if !self.is_linear(updates) => {
                    indexing::scatter(&mut self.b, dims, reducer, [ct, indices, updates])?
                }
                _ => return Err(not_linear(inst)),
            };
            self.add(x, kept);
        }
        Ok(())
    }
}
