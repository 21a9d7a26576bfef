// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching of `dot_general` and `convolution`.
//!
//! If both operands are batched, the examples become a batch axis of the product, or groups of the convolution. If one
//! operand is batched, the examples become a free axis of the product, or part of the convolution's batch or output
//! features.

use super::{Batch, Lifted, led, shifted};
use crate::{ConvDims, Diagnostic, Dim, DotDims, Inst, Op, Result, ValueId};

impl Batch<'_> {
    pub(super) fn dot_general(&mut self, inst: &Inst, dims: &DotDims, x: &[Lifted]) -> Result<ValueId> {
        let (lhs, rhs) = (x[0], x[1]);
        let of = |each: bool, axes: &[usize]| if each { shifted(axes) } else { axes.into() };
        let mut batched = DotDims {
            lhs_batch: of(lhs.each, &dims.lhs_batch),
            rhs_batch: of(rhs.each, &dims.rhs_batch),
            lhs_contracting: of(lhs.each, &dims.lhs_contracting),
            rhs_contracting: of(rhs.each, &dims.rhs_contracting),
            out: dims.out,
        };
        if lhs.each && rhs.each {
            batched.lhs_batch = led(0, &dims.lhs_batch);
            batched.rhs_batch = led(0, &dims.rhs_batch);
            return self.b.emit(Op::DotGeneral(batched), &[lhs.value, rhs.value]);
        }
        let product = self.b.emit(Op::DotGeneral(batched), &[lhs.value, rhs.value])?;
        // The examples are the first free axis of the batched operand.
        let batch = dims.lhs_batch.len();
        let lhs_free = self.b.shape(inst.operands[0]).rank() - batch - dims.lhs_contracting.len();
        let at = if lhs.each { batch } else { batch + lhs_free };
        Ok(self.moved_front(product, at))
    }

    pub(super) fn convolution(&mut self, dims: &ConvDims, x: &[Lifted]) -> Result<ValueId> {
        let (lhs, rhs) = (x[0], x[1]);
        let n = self.size;
        for operand in [lhs, rhs] {
            // Below, the number of examples is multiplied by the size of an axis.
            let shape = self.b.shape(operand.value);
            shape.check_size().map_err(|e| Diagnostic { message: format!("convolution: {}", e.message), ..e })?;
        }
        match (lhs.each, rhs.each) {
            (true, true) => {
                let mut grouped = dims.clone();
                let input = if dims.batch_groups > 1 { dims.input_batch } else { dims.input_feature };
                let groups = if dims.batch_groups > 1 { &mut grouped.batch_groups } else { &mut grouped.feature_groups };
                *groups = groups.saturating_mul(n);
                let lhs = self.fold(lhs.value, input, 1);
                let rhs = self.fold(rhs.value, dims.kernel_output_feature, 1);
                let y = self.b.emit(Op::Convolution(Box::new(grouped)), &[lhs, rhs])?;
                Ok(self.unfold(y, dims.output_feature, 1))
            }
            (true, false) => {
                let lhs = self.fold(lhs.value, dims.input_batch, dims.batch_groups);
                let y = self.b.emit(Op::Convolution(Box::new(dims.clone())), &[lhs, rhs.value])?;
                Ok(self.unfold(y, dims.output_batch, 1))
            }
            (false, _) => {
                let groups = dims.feature_groups.max(dims.batch_groups);
                let rhs = self.fold(rhs.value, dims.kernel_output_feature, groups);
                let y = self.b.emit(Op::Convolution(Box::new(dims.clone())), &[lhs.value, rhs])?;
                Ok(self.unfold(y, dims.output_feature, groups))
            }
        }
    }

    /// Merges the axis of the examples into axis `into` of an example, inside that axis's `groups`.
    fn fold(&mut self, x: ValueId, into: usize, groups: usize) -> ValueId {
        let sizes = self.b.shape(x).sizes();
        let (n, size) = (sizes[0], sizes[into + 1]);
        let lits = |sizes: &[usize]| -> Vec<Dim> { sizes.iter().map(|&n| Dim::Lit(n)).collect() };
        // Axes: examples, the axes before, groups, members, the axes after.
        let split = [&sizes[..=into], &[groups, size / groups], &sizes[into + 2..]].concat();
        let x = self.b.reshape(x, &lits(&split));
        let mut order: Vec<usize> = (1..split.len()).collect();
        order.insert(into + 1, 0);
        let x = self.b.transpose(x, &order);
        let merged = [&sizes[1..=into], &[n * size], &sizes[into + 2..]].concat();
        self.b.reshape(x, &lits(&merged))
    }

    /// The inverse of [`fold`](Self::fold): splits the examples from an axis and moves them to the front.
    fn unfold(&mut self, y: ValueId, axis: usize, groups: usize) -> ValueId {
        let sizes = self.b.shape(y).sizes();
        let (n, size) = (self.size, sizes[axis]);
        let lits = |sizes: &[usize]| -> Vec<Dim> { sizes.iter().map(|&n| Dim::Lit(n)).collect() };
        let members = size / n.max(1) / groups;
        let split = [&sizes[..axis], &[groups, n, members], &sizes[axis + 1..]].concat();
        let y = self.b.reshape(y, &lits(&split));
        let y = self.moved_front(y, axis + 1);
        let merged = [&[n], &sizes[..axis], &[groups * members], &sizes[axis + 1..]].concat();
        self.b.reshape(y, &lits(&merged))
    }

    /// Moves an axis to the front.
    fn moved_front(&mut self, x: ValueId, axis: usize) -> ValueId {
        let rank = self.b.shape(x).rank();
        let order: Vec<usize> = std::iter::once(axis).chain((0..rank).filter(|&a| a != axis)).collect();
        self.b.transpose(x, &order)
    }
}
