// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A loop nest as one function: the loops around the lane loops, and the code between them.
//!
//! With rows, each stage of an outer iteration passes over the inner axes, and outer nodes are scalars between the
//! passes. With columns, each stage of a tile of the lane axis passes over the inner axes, with one accumulator per
//! lane in scratch memory.

use cranelift_codegen::ir::{InstBuilder, Value, condcodes::IntCC, types};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_frontend::FunctionBuilder;
use gomlx_ir::DType;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};

use super::long_sum::Blocks;
use super::pass::{Len, Sink};
use super::tiling::{lanes, tile};
use super::value::{Emit, Width, memory, slot_size};
use crate::loops::{Nest, NodeId, NodeKind, ScalarFunction, Vectorization};

/// Bytes of scratch memory of a row's accumulator: the lanes and a scalar.
const ROW_ACCUMULATOR: usize = 128;
/// Offset of the scalar in a row's accumulator.
pub(super) const ROW_SCALAR: usize = 64;
/// Bytes of scratch memory of the totals of a row's long sum, in `f64`: of the lanes and of a scalar.
const ROW_TOTALS: usize = 192;
/// Offset of the scalar in the totals of a row.
pub(super) const ROW_TOTALS_SCALAR: usize = 128;
/// The most bytes of a kept row. Longer rows are computed again in each stage.
const MAX_KEPT: usize = 1 << 18;

/// The scratch memory of a nest's code, and the buffers that may share memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryUse {
    /// Bytes of scratch memory per thread.
    pub(crate) scratch: usize,
    /// Pairs of a store and a loaded buffer that may be the same memory: the nest reads the buffer only at the elements
    /// that the store writes, and not after it has written them.
    pub(crate) in_place: Vec<(usize, usize)>,
}

/// Emits the loop function of a nest, and adds its text to `clif`.
pub(super) fn emit(nest: &Nest, mut b: FunctionBuilder<'_>, config: TargetFrontendConfig, clif: &mut Vec<String>) -> MemoryUse {
    let [args, begin, end, scratch] = entry(&mut b);
    let pointers = (0..nest.buffers.len()).map(|i| b.ins().load(types::I64, memory(), args, 8 * i as i32)).collect();
    let mut generator = Generator::new(nest, &mut b, config, pointers, scratch);
    generator.lay_out();
    if nest.flat {
        generator.lane_start = begin;
        let n = generator.b.ins().isub(end, begin);
        generator.columns(Len::Dynamic(n));
    } else {
        generator.range(begin, end, |g, unit| g.unit(unit));
    }
    let memory_use = generator.memory_use();
    finish(b, config, clif);
    memory_use
}

/// Emits a scalar function. The code takes pointers to the parameters, then pointers to the results.
pub(super) fn emit_scalar_function(
    function: &ScalarFunction,
    mut b: FunctionBuilder<'_>,
    config: TargetFrontendConfig,
    clif: &mut Vec<String>,
) {
    let [args, _, _, scratch] = entry(&mut b);
    let places = function.params.len() + function.results.len();
    let pointers: Vec<Value> = (0..places).map(|i| b.ins().load(types::I64, memory(), args, 8 * i as i32)).collect();
    let none = Nest {
        vectorization: Vectorization::Columns,
        axes: smallvec![1],
        outer: 1,
        nodes: vec![],
        reductions: vec![],
        stores: vec![],
        buffers: vec![],
        flat: true,
        keep_f32: false,
    };
    let mut generator = Generator::new(&none, &mut b, config, vec![], scratch);
    let mut params = vec![];
    for (&dtype, &at) in function.params.iter().zip(&pointers) {
        params.push(generator.emit(Width::Scalar).load_scalar(at, dtype, false));
    }
    let results = generator.scalar_function(function, &params);
    for ((&node, &at), value) in function.results.iter().zip(&pointers[function.params.len()..]).zip(results) {
        generator.emit(Width::Scalar).store(&smallvec![value], at, function.nodes[node].dtype, false);
    }
    finish(b, config, clif);
}

fn entry(b: &mut FunctionBuilder<'_>) -> [Value; 4] {
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    let [args, begin, end, scratch] = *b.block_params(entry) else { unreachable!("a loop function has four parameters") };
    [args, begin, end, scratch]
}

fn finish(mut b: FunctionBuilder<'_>, config: TargetFrontendConfig, clif: &mut Vec<String>) {
    b.ins().return_(&[]);
    b.seal_all_blocks();
    clif.push(b.func.display().to_string());
    b.finalize(config);
}

pub(super) struct Generator<'a, 'f> {
    pub(super) nest: &'a Nest,
    pub(super) b: &'a mut FunctionBuilder<'f>,
    pub(super) config: TargetFrontendConfig,
    pub(super) pointers: Vec<Value>,
    pub(super) scratch: Value,
    /// Counter of each axis except the axis of the lanes.
    pub(super) coords: SmallVec<[Option<Value>; 6]>,
    /// Counter of the lane axis at the start of the unit.
    pub(super) lane_start: Value,
    /// Number of lanes from the start of the unit to the start of the block.
    pub(super) block_start: Value,
    /// With rows, the number of inner iterations before the current pass over the lanes.
    pub(super) inner_base: Value,
    pub(super) zero: Value,
    pub(super) lanes: usize,
    /// Scalars of the unit: outer nodes of rows.
    pub(super) scalars: FxHashMap<NodeId, Value>,
    /// Scratch offsets of nodes that are kept for later passes.
    pub(super) kept: FxHashMap<NodeId, usize>,
    /// The kept nodes that an earlier pass has computed.
    pub(super) available: FxHashSet<NodeId>,
    /// Scratch offsets of accumulators, per reduction and result.
    pub(super) accumulators: Vec<SmallVec<[usize; 2]>>,
    /// Scratch offset of the totals of each reduction that is a long sum: one per lane, and with rows one for the
    /// scalar.
    pub(super) totals: Vec<Option<usize>>,
    /// The blocks of the pass of each stage over the inner axes.
    pub(super) stage_blocks: Vec<Option<Blocks>>,
    /// Scratch bytes that live as long as the unit.
    pub(super) fixed: usize,
    pub(super) scratch_bytes: usize,
    /// Scratch offset of the scalars that lane loops use: eight bytes per node, and eight more at the end.
    pub(super) pinned: usize,
    /// Counts lane loops and calls in order. It tells which reads come after which writes.
    pub(super) clock: usize,
    /// The clock at the last read of each buffer.
    pub(super) loads: FxHashMap<usize, usize>,
    /// The clock at each store.
    pub(super) stores: Vec<usize>,
    /// Whether each node is the same for all lanes of a pass.
    pub(super) invariant: Vec<bool>,
}

/// For each node, whether it is the same for all lanes of a pass.
fn invariant(nest: &Nest) -> Vec<bool> {
    let mut invariant: Vec<bool> = vec![];
    for node in &nest.nodes {
        invariant.push(match &node.kind {
            NodeKind::Const(_) => true,
            NodeKind::Load { at, .. } | NodeKind::Iota(at) => at.coef(nest.lane()) == 0,
            NodeKind::Reduced { .. } => nest.vectorization == Vectorization::Rows,
            NodeKind::Compute(_, operands) => operands.iter().all(|&o| invariant[o]),
        });
    }
    invariant
}

impl<'a, 'f> Generator<'a, 'f> {
    fn new(nest: &'a Nest, b: &'a mut FunctionBuilder<'f>, config: TargetFrontendConfig, pointers: Vec<Value>, scratch: Value) -> Self {
        let zero = b.ins().iconst(types::I64, 0);
        Generator {
            nest,
            b,
            config,
            pointers,
            scratch,
            coords: smallvec![None; nest.axes.len()],
            lane_start: zero,
            block_start: zero,
            inner_base: zero,
            zero,
            lanes: lanes(nest),
            scalars: FxHashMap::default(),
            kept: FxHashMap::default(),
            available: FxHashSet::default(),
            accumulators: vec![],
            totals: vec![],
            stage_blocks: vec![],
            fixed: 0,
            scratch_bytes: 0,
            pinned: 0,
            clock: 0,
            loads: FxHashMap::default(),
            stores: vec![0; nest.stores.len()],
            invariant: invariant(nest),
        }
    }

    /// Allocates scratch memory for accumulators and for nodes that are kept for later passes.
    fn lay_out(&mut self) {
        let nest = self.nest;
        let tile = tile(nest).min(nest.axes.get(nest.lane()).copied().unwrap_or(1).max(1));
        self.stage_blocks = (0..nest.stages()).map(|stage| self.blocks_of(stage)).collect();
        for (i, reduction) in nest.reductions.iter().enumerate() {
            let mut offsets: SmallVec<[usize; 2]> = SmallVec::new();
            for &operand in &reduction.operands {
                offsets.push(self.fixed);
                self.fixed += match nest.vectorization {
                    Vectorization::Rows => ROW_ACCUMULATOR,
                    Vectorization::Columns => (tile * slot_size(nest.nodes[operand].dtype)).next_multiple_of(64),
                };
            }
            self.accumulators.push(offsets);
            self.totals.push(self.is_long_sum(i).then_some(self.fixed));
            if self.is_long_sum(i) {
                self.fixed += match nest.vectorization {
                    Vectorization::Rows => ROW_TOTALS,
                    Vectorization::Columns => (tile * slot_size(DType::F64)).next_multiple_of(64),
                };
            }
        }
        let kept: Vec<(NodeId, usize)> = match nest.vectorization {
            Vectorization::Rows => self.calls_needed_again().into_iter().map(|n| (n, nest.inner_len())).collect(),
            Vectorization::Columns if nest.reductions.is_empty() => vec![],
            Vectorization::Columns => self.outer_between().into_iter().map(|n| (n, tile)).collect(),
        };
        for (node, elements) in kept {
            let bytes = elements * slot_size(nest.nodes[node].dtype);
            if bytes <= MAX_KEPT {
                self.kept.insert(node, self.fixed);
                self.fixed += (bytes + 64).next_multiple_of(64);
            }
        }
        self.pinned = self.fixed;
        self.fixed += (8 * (nest.nodes.len() + 1)).next_multiple_of(64);
        self.scratch_bytes = self.fixed;
    }

    /// The calls that several stages need.
    fn calls_needed_again(&self) -> Vec<NodeId> {
        let nest = self.nest;
        let mut first: FxHashMap<NodeId, usize> = FxHashMap::default();
        let mut again = vec![];
        for stage in 0..nest.stages() {
            for node in self.reachable(&self.inner_sinks(stage)) {
                if nest.nodes[node].outer || nest.nodes[node].kind.call().is_none() {
                    continue;
                }
                if first.insert(node, stage).is_some_and(|s| s != stage) && !again.contains(&node) {
                    again.push(node);
                }
            }
        }
        again
    }

    /// The outer nodes that are kept for the passes over inner axes.
    fn outer_between(&self) -> Vec<NodeId> {
        let nest = self.nest;
        let mut found = vec![];
        for stage in 0..nest.stages() {
            let sinks = self.inner_sinks(stage);
            let mut uses: Vec<NodeId> = sinks.iter().flat_map(|s| self.inputs(s)).collect();
            uses.extend(
                self.reachable(&sinks)
                    .into_iter()
                    .filter(|&n| !nest.nodes[n].outer)
                    .flat_map(|n| nest.nodes[n].kind.operands().iter().copied()),
            );
            for node in uses {
                let n = &nest.nodes[node];
                if n.outer && matches!(n.kind, NodeKind::Compute(..)) && !self.is_invariant(node) && !found.contains(&node) {
                    found.push(node);
                }
            }
        }
        found
    }

    /// The sinks of a stage's pass over the inner axes.
    pub(super) fn inner_sinks(&self, stage: usize) -> Vec<Sink> {
        let nest = self.nest;
        let stores = nest.stores.iter().enumerate().filter(|(_, s)| !nest.is_outer_store(s) && nest.nodes[s.node].stage == stage);
        let folds = nest.reductions.iter().enumerate().filter(|(_, r)| r.stage == stage);
        stores.map(|(i, _)| Sink::Store(i)).chain(folds.map(|(i, _)| Sink::Fold(i))).collect()
    }

    fn outer_stores(&self) -> Vec<usize> {
        (0..self.nest.stores.len()).filter(|&i| self.nest.is_outer_store(&self.nest.stores[i])).collect()
    }

    /// Emits one unit of work.
    fn unit(&mut self, unit: Value) {
        let nest = self.nest;
        self.scalars.clear();
        self.available.clear();
        let mut rest = unit;
        let mut len = Len::Constant(nest.axes[nest.lane()]);
        let mut outer = nest.outer;
        if nest.vectorization == Vectorization::Columns {
            outer -= 1;
            let (size, tile) = (nest.axes[nest.lane()], tile(nest));
            let tiles = size.div_ceil(tile);
            if tiles > 1 {
                let index = if outer > 0 { self.b.ins().urem_imm_u(rest, tiles as i64) } else { rest };
                rest = self.b.ins().udiv_imm_u(rest, tiles as i64);
                self.lane_start = self.b.ins().imul_imm_u(index, tile as i64);
                if size % tile == 0 {
                    len = Len::Constant(tile);
                } else {
                    let size = self.b.ins().iconst(types::I64, size as i64);
                    let left = self.b.ins().isub(size, self.lane_start);
                    let most = self.b.ins().iconst(types::I64, tile as i64);
                    len = Len::Dynamic(self.b.ins().smin(left, most));
                }
            }
        }
        for axis in (0..outer).rev() {
            let size = nest.axes[axis] as i64;
            self.coords[axis] = Some(if axis == 0 { rest } else { self.b.ins().urem_imm_u(rest, size.max(1)) });
            if axis > 0 {
                rest = self.b.ins().udiv_imm_u(rest, size.max(1));
            }
        }
        match nest.vectorization {
            Vectorization::Rows => self.row(len),
            Vectorization::Columns => self.columns(len),
        }
    }

    fn row(&mut self, len: Len) {
        let nest = self.nest;
        for stage in 0..nest.stages() {
            let sinks = self.inner_sinks(stage);
            if sinks.is_empty() {
                continue;
            }
            for (i, reduction) in nest.reductions.iter().enumerate().filter(|(_, r)| r.stage == stage) {
                self.begin_row_fold(i, reduction.operands.len());
            }
            // The unit's scalars must be computed outside the loops that use them.
            for node in self.reachable(&sinks) {
                if nest.nodes[node].outer && !matches!(nest.nodes[node].kind, NodeKind::Const(_)) {
                    self.scalar(node);
                }
            }
            self.over_inner(nest.outer, nest.axes.len() - 1, &sinks, self.stage_blocks[stage], len);
            for i in (0..nest.reductions.len()).filter(|&i| nest.reductions[i].stage == stage) {
                self.end_row_fold(i);
            }
        }
        for i in self.outer_stores() {
            let store = &nest.stores[i];
            let value = self.scalar(store.node);
            let at = self.address(store.buffer, &store.at);
            self.clock += 1;
            self.stores[i] = self.clock;
            let dtype = nest.nodes[store.node].dtype;
            self.emit(Width::Scalar).store(&smallvec![value], at, dtype, false);
        }
    }

    pub(super) fn columns(&mut self, len: Len) {
        let nest = self.nest;
        if nest.reductions.is_empty() {
            let sinks: Vec<Sink> = (0..nest.stores.len()).map(Sink::Store).collect();
            return self.pass(&sinks, len);
        }
        for stage in 0..nest.stages() {
            let sinks = self.inner_sinks(stage);
            let inits: Vec<Sink> = (0..nest.reductions.len()).filter(|&i| nest.reductions[i].stage == stage).map(Sink::Init).collect();
            self.pass(&inits, len);
            let needed = self.reachable(&sinks);
            let mut saves: Vec<NodeId> = self.kept.keys().copied().filter(|n| needed.contains(n) && !self.available.contains(n)).collect();
            saves.sort_unstable();
            let saved: Vec<Sink> = saves.iter().map(|&n| Sink::Save(n)).collect();
            self.pass(&saved, len);
            self.available.extend(saves);
            self.over_inner(nest.outer, nest.axes.len(), &sinks, self.stage_blocks[stage], len);
            self.settle(&sinks, len);
        }
        let last: Vec<Sink> = self.outer_stores().into_iter().map(Sink::Store).collect();
        self.pass(&last, len);
    }

    /// Emits loops over the axes `from..to`, with a pass over the lanes inside.
    fn over_inner(&mut self, from: usize, to: usize, sinks: &[Sink], blocks: Option<Blocks>, len: Len) {
        if sinks.is_empty() {
            return;
        }
        if from == to {
            if self.nest.vectorization == Vectorization::Rows && to > self.nest.outer {
                let mut base = self.zero;
                for axis in self.nest.outer..to {
                    let scaled = self.b.ins().imul_imm_u(base, self.nest.axes[axis] as i64);
                    let coord = self.coords[axis].expect("set by the loop around");
                    base = self.b.ins().iadd(scaled, coord);
                }
                let lane = self.nest.axes[self.nest.lane()] as i64;
                self.inner_base = self.b.ins().imul_imm_u(base, lane);
            }
            match blocks.filter(|b| b.axis == to) {
                Some(Blocks { size, .. }) => self.row_blocks(size, sinks, len),
                None => self.pass(sinks, len),
            }
            self.inner_base = self.zero;
            return;
        }
        let iterations = |g: &mut Self, begin, end| {
            g.range(begin, end, |g, i| {
                g.coords[from] = Some(i);
                g.over_inner(from + 1, to, sinks, blocks, len);
            });
        };
        let n = self.nest.axes[from];
        match blocks.filter(|b| b.axis == from) {
            Some(Blocks { size, .. }) => self.over_blocks(n, size, sinks, len, iterations),
            None => {
                let end = self.b.ins().iconst(types::I64, n as i64);
                iterations(self, self.zero, end);
            }
        }
    }

    /// Emits a loop of `body` over `begin..end`.
    pub(super) fn range(&mut self, begin: Value, end: Value, body: impl FnOnce(&mut Self, Value)) {
        let (head, inside, exit) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let i = self.b.append_block_param(head, types::I64);
        self.b.ins().jump(head, &[begin.into()]);
        self.b.switch_to_block(head);
        let more = self.b.ins().icmp(IntCC::SignedLessThan, i, end);
        self.b.ins().brif(more, inside, &[], exit, &[]);
        self.b.switch_to_block(inside);
        body(self, i);
        let next = self.b.ins().iadd_imm_s(i, 1);
        self.b.ins().jump(head, &[next.into()]);
        self.b.switch_to_block(exit);
    }

    pub(super) fn emit(&mut self, width: Width) -> Emit<'_, 'f> {
        Emit { b: self.b, width, keep_f32: self.nest.keep_f32 }
    }

    fn memory_use(&self) -> MemoryUse {
        let nest = self.nest;
        let mut in_place = vec![];
        for (i, store) in nest.stores.iter().enumerate() {
            for (&buffer, &last) in &self.loads {
                let same_map = nest.nodes.iter().all(|n| match &n.kind {
                    NodeKind::Load { buffer: b, at } if *b == buffer => *at == store.at,
                    _ => true,
                });
                if same_map && nest.buffers[buffer].size() == nest.buffers[store.buffer].size() && self.stores[i] >= last {
                    in_place.push((i, buffer));
                }
            }
        }
        in_place.sort_unstable();
        MemoryUse { scratch: self.scratch_bytes, in_place }
    }
}
