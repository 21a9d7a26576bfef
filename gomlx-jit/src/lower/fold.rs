// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Accumulators of reductions.
//!
//! With rows, vectors of elements accumulate in lanes, and the elements after the last whole vector accumulate in a
//! scalar that starts from the initial value. At the end the lanes and the scalar combine in a fixed order. With
//! columns, each lane has its own accumulator in scratch memory. 16-bit floats accumulate in `f32` and are rounded
//! once. The accumulators of a long sum are those of one block of it (see `long_sum`).

use cranelift_codegen::ir::{InstBuilder, Value};
use gomlx_ir::DType;
use smallvec::{SmallVec, smallvec};

use super::nest::{Generator, ROW_SCALAR};
use super::pass::Sink;
use super::value::{Val, Width, slot_size};
use crate::loops::emission::{InlineBinary, IntBinary};
use crate::loops::{Combiner, NodeKind, Vectorization};

/// Whether an op accumulates in vector lanes.
pub(super) fn has_lanes(op: InlineBinary, dtype: DType) -> bool {
    match dtype {
        DType::Bool | DType::F16 | DType::BF16 | DType::F32 | DType::F64 | DType::I32 | DType::U32 => true,
        DType::I64 | DType::U64 => {
            use IntBinary::{Add, And, Or, Xor};
            matches!(op, InlineBinary::Int(Add | And | Or | Xor))
        }
        DType::I8 | DType::I16 | DType::U8 | DType::U16 | DType::Narrow(_) | DType::C64 | DType::C128 => false,
    }
}

impl Generator<'_, '_> {
    /// The type of the accumulators of a reduction's result.
    pub(super) fn accumulator(&self, reduction: usize, result: usize) -> DType {
        let r = &self.nest.reductions[reduction];
        r.combiner.accumulator(self.nest.nodes[r.operands[result]].dtype)
    }

    /// Sets the accumulators of a row to their start values.
    pub(super) fn begin_row_fold(&mut self, reduction: usize, results: usize) {
        let nest = self.nest;
        for result in 0..results {
            let dtype = self.accumulator(reduction, result);
            self.reset_row(reduction, result);
            let initial = self.scalar(nest.reductions[reduction].initial[result]);
            let at = self.row_accumulator(reduction, result, Width::Scalar);
            self.emit(Width::Scalar).store(&smallvec![initial], at, dtype, true);
        }
        if self.is_long_sum(reduction) {
            self.begin_row_totals(reduction);
        }
    }

    /// Sets the lanes of a row's accumulator to the identity of its op.
    pub(super) fn reset_row(&mut self, reduction: usize, result: usize) {
        let lanes = Width::Lanes(self.lanes);
        let dtype = self.accumulator(reduction, result);
        if let Combiner::Inline { op, identity } = self.nest.reductions[reduction].combiner
            && has_lanes(op, dtype)
        {
            let vector = self.emit(lanes).constant(identity, dtype);
            let at = self.row_accumulator(reduction, result, lanes);
            self.store_parts(&vector, at);
        }
    }

    pub(super) fn store_parts(&mut self, x: &Val, at: Value) {
        for (i, &part) in x.iter().enumerate() {
            self.b.ins().store(super::value::memory(), part, at, 16 * i as i32);
        }
    }

    pub(super) fn load_parts(&mut self, at: Value, dtype: DType, width: Width) -> Val {
        let (ty, parts) = (self.emit(width).part_type(dtype), self.emit(width).parts(dtype));
        (0..parts).map(|i| self.b.ins().load(ty, super::value::memory(), at, 16 * i as i32)).collect()
    }

    /// Loads the accumulators of the row reductions among the sinks, in order.
    pub(super) fn load_row_accumulators(&mut self, sinks: &[Sink], width: Width) -> Vec<Value> {
        let mut out = vec![];
        for (reduction, result) in self.row_folds(sinks) {
            let dtype = self.accumulator(reduction, result);
            let at = self.row_accumulator(reduction, result, width);
            out.extend(self.load_parts(at, dtype, width));
        }
        out
    }

    pub(super) fn store_row_accumulators(&mut self, sinks: &[Sink], width: Width, values: &[Value]) {
        let mut values = values.iter().copied();
        for (reduction, result) in self.row_folds(sinks) {
            let dtype = self.accumulator(reduction, result);
            let at = self.row_accumulator(reduction, result, width);
            let parts = self.emit(width).parts(dtype);
            let x: Val = values.by_ref().take(parts).collect();
            self.store_parts(&x, at);
        }
    }

    pub(super) fn row_folds(&self, sinks: &[Sink]) -> Vec<(usize, usize)> {
        if self.nest.vectorization != Vectorization::Rows {
            return vec![];
        }
        let folds = sinks.iter().filter_map(|s| match *s {
            Sink::Fold(i) => Some(i),
            _ => None,
        });
        folds.flat_map(|i| (0..self.nest.reductions[i].operands.len()).map(move |k| (i, k))).collect()
    }

    pub(super) fn row_accumulator(&mut self, reduction: usize, result: usize, width: Width) -> Value {
        let scalar = if width == Width::Scalar { ROW_SCALAR } else { 0 };
        self.b.ins().iadd_imm_s(self.scratch, (self.accumulators[reduction][result] + scalar) as i64)
    }

    /// Accumulates lanes or one element of a row.
    pub(super) fn fold_row(
        &mut self,
        reduction: usize,
        inputs: &[Val],
        width: Width,
        carried: &mut impl Iterator<Item = Value>,
        out: &mut Vec<Value>,
    ) {
        let nest = self.nest;
        let mut before: SmallVec<[Val; 2]> = SmallVec::new();
        for result in 0..inputs.len() {
            let dtype = self.accumulator(reduction, result);
            let parts = self.emit(width).parts(dtype);
            before.push(carried.take(parts).collect());
        }
        for after in self.combine(&nest.reductions[reduction].combiner, reduction, &before, inputs, width) {
            out.extend(after);
        }
    }

    fn combine(&mut self, combiner: &Combiner, reduction: usize, before: &[Val], inputs: &[Val], width: Width) -> SmallVec<[Val; 2]> {
        match combiner {
            Combiner::Inline { op, .. } => {
                let dtype = self.accumulator(reduction, 0);
                smallvec![self.emit(width).binary(*op, dtype, &before[0], &inputs[0])]
            }
            Combiner::Function(function) => {
                let params: Vec<Value> = before.iter().chain(inputs).map(|v| v[0]).collect();
                self.scalar_function(function, &params).into_iter().map(|v| smallvec![v]).collect()
            }
        }
    }

    /// Combines the lanes of a row's accumulator with the scalar.
    fn row_sum(&mut self, reduction: usize, result: usize) -> Value {
        let dtype = self.accumulator(reduction, result);
        match self.nest.reductions[reduction].combiner {
            Combiner::Inline { op, .. } if has_lanes(op, dtype) => {
                self.across_lanes(op, dtype, |g, width| g.row_accumulator(reduction, result, width))
            }
            _ => {
                let at = self.row_accumulator(reduction, result, Width::Scalar);
                self.emit(Width::Scalar).load_scalar(at, dtype, true)
            }
        }
    }

    /// Combines lanes and a scalar in memory to one value: first whole vectors, then the lanes of one.
    pub(super) fn across_lanes(&mut self, op: InlineBinary, dtype: DType, mut at: impl FnMut(&mut Self, Width) -> Value) -> Value {
        let lanes = Width::Lanes(self.lanes);
        let scalar = at(self, Width::Scalar);
        let mut total = self.emit(Width::Scalar).load_scalar(scalar, dtype, true);
        let vectors = at(self, lanes);
        let parts = self.load_parts(vectors, dtype, lanes);
        let mut sum: Val = smallvec![parts[0]];
        for &part in &parts[1..] {
            sum = self.emit(lanes).binary(op, dtype, &sum, &smallvec![part]);
        }
        for lane in 0..self.b.func.dfg.value_type(sum[0]).lane_count() {
            let mut x = self.b.ins().extractlane(sum[0], lane as u8);
            if dtype == DType::Bool {
                let one = self.b.ins().band_imm_u(x, 1);
                x = self.b.ins().ireduce(cranelift_codegen::ir::types::I8, one);
            }
            total = self.emit(Width::Scalar).binary(op, dtype, &smallvec![total], &smallvec![x])[0];
        }
        total
    }

    /// Makes the results of a row's reduction scalars of the unit.
    pub(super) fn end_row_fold(&mut self, reduction: usize) {
        let nest = self.nest;
        let r = &nest.reductions[reduction];
        for result in 0..r.operands.len() {
            let dtype = self.accumulator(reduction, result);
            let declared = nest.nodes[r.operands[result]].dtype;
            let total = if self.is_long_sum(reduction) {
                self.end_row_totals(reduction, declared)
            } else {
                let sum = self.row_sum(reduction, result);
                if declared == dtype { sum } else { self.emit(Width::Scalar).rounded(&smallvec![sum], declared)[0] }
            };
            for (node, n) in nest.nodes.iter().enumerate() {
                if n.kind == (NodeKind::Reduced { reduction, result }) {
                    self.scalars.insert(node, total);
                }
            }
        }
    }

    pub(super) fn lane_accumulator(&mut self, reduction: usize, result: usize, j: Value) -> Value {
        let dtype = self.accumulator(reduction, result);
        let at = self.b.ins().iadd_imm_s(self.scratch, self.accumulators[reduction][result] as i64);
        let element = self.b.ins().iadd(self.block_start, j);
        self.offset(at, element, slot_size(dtype) as i64)
    }

    pub(super) fn init_lanes(&mut self, reduction: usize, initial: &[Val], width: Width, j: Value) {
        for (result, value) in initial.iter().enumerate() {
            let at = self.lane_accumulator(reduction, result, j);
            let dtype = self.accumulator(reduction, result);
            self.emit(width).store(value, at, dtype, true);
        }
        if self.is_long_sum(reduction) {
            self.init_lane_totals(reduction, width, j);
        }
    }

    /// Accumulates each lane into its own accumulator.
    pub(super) fn fold_lanes(&mut self, reduction: usize, inputs: &[Val], width: Width, j: Value) {
        let nest = self.nest;
        let mut places: SmallVec<[Value; 2]> = SmallVec::new();
        let mut before: SmallVec<[Val; 2]> = SmallVec::new();
        for result in 0..inputs.len() {
            let at = self.lane_accumulator(reduction, result, j);
            let dtype = self.accumulator(reduction, result);
            before.push(self.emit(width).load(at, dtype, true));
            places.push(at);
        }
        let after = self.combine(&nest.reductions[reduction].combiner, reduction, &before, inputs, width);
        for (result, value) in after.iter().enumerate() {
            let dtype = self.accumulator(reduction, result);
            self.emit(width).store(value, places[result], dtype, true);
        }
    }

    /// The results of a reduction, one per lane.
    pub(super) fn reduced_lanes(&mut self, reduction: usize, result: usize, width: Width, j: Value) -> Val {
        let at = self.lane_accumulator(reduction, result, j);
        let dtype = self.accumulator(reduction, result);
        let x = self.emit(width).load(at, dtype, true);
        let declared = self.nest.nodes[self.nest.reductions[reduction].operands[result]].dtype;
        if declared == dtype { x } else { self.emit(width).rounded(&x, declared) }
    }
}
