// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Long sums of floats. A chain of many additions to one accumulator loses digits, so it is cut at three levels:
//!
//! 1. A loop over the lanes adds few elements to each accumulator of a row, then adds the accumulator to an outer one
//!    and starts again from zero (see `lane_loop`). Both stay in registers.
//! 2. A pass over the inner axes consists of blocks, with few additions to each (outer) accumulator in a block.
//! 3. After a block, the accumulators move to totals in `f64` in scratch memory, and start again from zero.
//!
//! So the rounding error of a sum does not grow with its length, as with pairwise summation.
//!
//! Invariant: a long sum has totals exactly if its pass has blocks, and every block ends by moving to the totals.

use cranelift_codegen::ir::{InstBuilder, Value, types};
use gomlx_ir::DType;
use smallvec::smallvec;

use super::nest::{Generator, ROW_TOTALS_SCALAR};
use super::pass::{Len, Sink};
use super::tiling::lanes;
use super::value::{Width, slot_size};
use crate::loops::emission::{FloatBinary, InlineBinary};
use crate::loops::{Combiner, Nest, Vectorization};

/// The most additions to one accumulator in a block.
const CHAIN: usize = 64;
/// With two accumulators in registers, the most additions to the inner one, and the most to the outer one in a block.
pub(super) const SHORT_CHAIN: usize = CHAIN / 2;

/// How the loops of a pass are cut: the iterations of one axis into blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Blocks {
    pub(super) axis: usize,
    /// Number of iterations of the axis in a block.
    pub(super) size: usize,
}

impl Blocks {
    /// The blocks of a pass over the inner axes; `None` if the pass adds few elements to each accumulator. `vector`
    /// says whether the pass takes vector steps.
    fn of(nest: &Nest, vector: bool) -> Option<Blocks> {
        let (mut chain, most, loops) = match nest.vectorization {
            Vectorization::Columns => (1, CHAIN, nest.outer..nest.axes.len()),
            Vectorization::Rows => {
                let (n, lanes) = (nest.axes[nest.lane()], if vector { lanes(nest) } else { 1 });
                // Each lane gets one element of a vector step, and a scalar all elements after the last vector step.
                let chain = (n / lanes).max(n % lanes).max(1);
                let (chain, most) = if chain > SHORT_CHAIN { (chain.div_ceil(SHORT_CHAIN), SHORT_CHAIN) } else { (chain, CHAIN) };
                if chain > most {
                    return Some(Blocks { axis: nest.lane(), size: SHORT_CHAIN * SHORT_CHAIN * lanes });
                }
                (chain, most, nest.outer..nest.lane())
            }
        };
        for axis in loops.rev() {
            if chain * nest.axes[axis] > most {
                return Some(Blocks { axis, size: (most / chain).max(1) });
            }
            chain *= nest.axes[axis];
        }
        None
    }
}

impl Generator<'_, '_> {
    /// The blocks of the pass of a stage over the inner axes; `None` if the pass has no long sums.
    pub(super) fn blocks_of(&self, stage: usize) -> Option<Blocks> {
        let nest = self.nest;
        if !nest.reductions.iter().any(|r| r.stage == stage && is_float_sum(&r.combiner)) {
            return None;
        }
        let sinks = self.inner_sinks(stage);
        let vector = nest.axes[nest.lane()] >= self.lanes && self.vectorises(&sinks, &self.reachable(&sinks));
        Blocks::of(nest, vector)
    }

    /// Whether a reduction has a total.
    pub(super) fn is_long_sum(&self, reduction: usize) -> bool {
        let r = &self.nest.reductions[reduction];
        is_float_sum(&r.combiner) && self.stage_blocks[r.stage].is_some()
    }

    /// For each accumulator of a row's lane loop, in the order of the sinks: the zero from which an inner accumulator
    /// starts; `None` if the reduction is not a float sum.
    pub(super) fn short_chains(&mut self, sinks: &[Sink], width: Width) -> Vec<Option<Value>> {
        let mut starts = vec![];
        for (reduction, result) in self.row_folds(sinks) {
            let dtype = self.accumulator(reduction, result);
            if is_float_sum(&self.nest.reductions[reduction].combiner) {
                let zero = self.zero_sum(reduction);
                starts.extend(self.emit(width).constant(zero, dtype).into_iter().map(Some));
            } else {
                starts.extend(vec![None; self.emit(width).parts(dtype)]);
            }
        }
        starts
    }

    /// The long sums among the sinks of a pass.
    fn long_sums(&self, sinks: &[Sink]) -> Vec<usize> {
        let sums = sinks.iter().filter_map(|s| match *s {
            Sink::Fold(i) => Some(i),
            _ => None,
        });
        sums.filter(|&i| self.is_long_sum(i)).collect()
    }

    /// Emits a loop over the blocks of `n` iterations. `body` gets the first iteration of a block, and the iteration
    /// after its last.
    pub(super) fn over_blocks(&mut self, n: usize, size: usize, sinks: &[Sink], len: Len, mut body: impl FnMut(&mut Self, Value, Value)) {
        let count = self.b.ins().iconst(types::I64, n.div_ceil(size) as i64);
        let sums = self.long_sums(sinks);
        self.range(self.zero, count, |g, block| {
            let first = g.b.ins().imul_imm_u(block, size as i64);
            let end = g.b.ins().iadd_imm_s(first, size as i64);
            let all = g.b.ins().iconst(types::I64, n as i64);
            let end = g.b.ins().smin(end, all);
            body(g, first, end);
            match g.nest.vectorization {
                Vectorization::Rows => sums.iter().for_each(|&i| g.spill_row(i)),
                Vectorization::Columns => g.pass(&sums.iter().map(|&i| Sink::Spill(i)).collect::<Vec<_>>(), len),
            }
        });
    }

    /// Emits the passes over the blocks of a row.
    pub(super) fn row_blocks(&mut self, size: usize, sinks: &[Sink], len: Len) {
        let n = self.nest.axes[self.nest.lane()];
        let base = self.inner_base;
        self.over_blocks(n, size, sinks, len, |g, first, end| {
            g.lane_start = first;
            g.inner_base = g.b.ins().iadd(base, first);
            let len = if n.is_multiple_of(size) { Len::Constant(size) } else { Len::Dynamic(g.b.ins().isub(end, first)) };
            g.pass(sinks, len);
        });
        self.lane_start = self.zero;
        self.inner_base = base;
    }

    /// Makes the totals of columns the results: writes them to the accumulators.
    pub(super) fn settle(&mut self, sinks: &[Sink], len: Len) {
        let settled: Vec<Sink> = self.long_sums(sinks).into_iter().map(Sink::Settle).collect();
        self.pass(&settled, len);
    }

    /// Sets the totals of a row's long sum, one per lane and one for the scalar, to zero.
    pub(super) fn begin_row_totals(&mut self, reduction: usize) {
        let zero = self.zero_total(reduction);
        for width in [Width::Lanes(self.lanes), Width::Scalar] {
            let zero = self.emit(width).constant(zero, DType::F64);
            let at = self.row_total(reduction, width);
            self.store_parts(&zero, at);
        }
    }

    /// Adds the accumulators of a row to their totals. The lanes stay apart, so no addition waits for another.
    fn spill_row(&mut self, reduction: usize) {
        let dtype = self.accumulator(reduction, 0);
        let zero = self.zero_sum(reduction);
        for width in [Width::Lanes(self.lanes), Width::Scalar] {
            let at = self.row_accumulator(reduction, 0, width);
            let sum = self.load_parts(at, dtype, width);
            let zero = self.emit(width).constant(zero, dtype);
            self.store_parts(&zero, at);
            let sum = self.emit(width).convert(&sum, dtype, DType::F64);
            let at = self.row_total(reduction, width);
            let total = self.load_parts(at, DType::F64, width);
            let total = self.emit(width).zip(&total, &sum, |b, x, y| b.ins().fadd(x, y));
            self.store_parts(&total, at);
        }
    }

    /// The sum of the totals of a row, in the declared type of its elements.
    pub(super) fn end_row_totals(&mut self, reduction: usize, declared: DType) -> Value {
        let op = InlineBinary::Float(FloatBinary::Add);
        let total = self.across_lanes(op, DType::F64, |g, width| g.row_total(reduction, width));
        self.emit(Width::Scalar).convert(&smallvec![total], DType::F64, declared)[0]
    }

    /// The address of a row's totals: of the lanes, or of the scalar.
    fn row_total(&mut self, reduction: usize, width: Width) -> Value {
        let at = self.total(reduction);
        let scalar = if width == Width::Scalar { ROW_TOTALS_SCALAR } else { 0 };
        self.b.ins().iadd_imm_s(at, scalar as i64)
    }

    /// Adds the accumulators of lanes to their totals.
    pub(super) fn spill_lanes(&mut self, reduction: usize, width: Width, j: Value) {
        let dtype = self.accumulator(reduction, 0);
        let at = self.lane_accumulator(reduction, 0, j);
        let sum = self.emit(width).load(at, dtype, true);
        let zero = self.zero_sum(reduction);
        let zero = self.emit(width).constant(zero, dtype);
        self.emit(width).store(&zero, at, dtype, true);
        let sum = self.emit(width).convert(&sum, dtype, DType::F64);
        let at = self.lane_total(reduction, j);
        let total = self.emit(width).load(at, DType::F64, true);
        let total = self.emit(width).zip(&total, &sum, |b, x, y| b.ins().fadd(x, y));
        self.emit(width).store(&total, at, DType::F64, true);
    }

    /// Writes the totals of lanes to their accumulators.
    pub(super) fn settle_lanes(&mut self, reduction: usize, width: Width, j: Value) {
        let dtype = self.accumulator(reduction, 0);
        let at = self.lane_total(reduction, j);
        let total = self.emit(width).load(at, DType::F64, true);
        let sum = self.emit(width).convert(&total, DType::F64, dtype);
        let at = self.lane_accumulator(reduction, 0, j);
        self.emit(width).store(&sum, at, dtype, true);
    }

    /// Sets the totals of lanes to zero.
    pub(super) fn init_lane_totals(&mut self, reduction: usize, width: Width, j: Value) {
        let zero = self.zero_total(reduction);
        let zero = self.emit(width).constant(zero, DType::F64);
        let at = self.lane_total(reduction, j);
        self.emit(width).store(&zero, at, DType::F64, true);
    }

    /// The bits of the zero from which a block starts: the identity of addition, in the type of the accumulators.
    fn zero_sum(&self, reduction: usize) -> u64 {
        match self.nest.reductions[reduction].combiner {
            Combiner::Inline { identity, .. } => identity,
            Combiner::Function(_) => 0,
        }
    }

    /// The bits of the zero from which a total starts, in `f64`.
    fn zero_total(&self, reduction: usize) -> u64 {
        match self.accumulator(reduction, 0) {
            DType::F64 => self.zero_sum(reduction),
            _ => f64::from(f32::from_bits(self.zero_sum(reduction) as u32)).to_bits(),
        }
    }

    /// The address of the first lane's total.
    fn total(&mut self, reduction: usize) -> Value {
        let offset = self.totals[reduction].expect("a long sum has a total");
        self.b.ins().iadd_imm_s(self.scratch, offset as i64)
    }

    fn lane_total(&mut self, reduction: usize, j: Value) -> Value {
        let at = self.total(reduction);
        let element = self.b.ins().iadd(self.block_start, j);
        self.offset(at, element, slot_size(DType::F64) as i64)
    }
}

/// Whether a combiner adds floats.
fn is_float_sum(combiner: &Combiner) -> bool {
    matches!(combiner, Combiner::Inline { op: InlineBinary::Float(FloatBinary::Add), .. })
}
