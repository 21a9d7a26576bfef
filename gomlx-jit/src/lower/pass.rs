// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One pass over the lanes. A pass decides which lane loop computes each node.
//!
//! Calls of block functions split a pass into blocks that stay in the first-level cache. A lane loop computes the
//! operands of the calls of one level, the calls run over the block, and the next lane loop uses their results.

use cranelift_codegen::ir::{AbiParam, InstBuilder, Signature, Value, types};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::elementwise;
use super::fold;
use super::nest::Generator;
use super::value::{Width, slot_size};
use crate::loops::index::Affine;
use crate::loops::{Combiner, NodeId, NodeKind};
use crate::runtime::math::BlockFunction;

/// Elements of a block: a few blocks of `f32` fit in the first-level cache.
const BLOCK: usize = 512;

/// One output of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sink {
    /// Writes a store's node.
    Store(usize),
    /// Accumulates a reduction's operands.
    Fold(usize),
    /// Sets a reduction's accumulators, one per lane, to the initial values.
    Init(usize),
    /// Writes a node to scratch memory for later passes.
    Save(NodeId),
    /// Moves a long sum's accumulators, one per lane, to its totals.
    Spill(usize),
    /// Writes a long sum's totals to its accumulators.
    Settle(usize),
}

/// A number of lanes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Len {
    Constant(usize),
    Dynamic(Value),
}

/// A node that calls a block function.
#[derive(Clone, Copy, Debug)]
struct Call {
    node: NodeId,
    function: BlockFunction,
}

/// A plan to evaluate the nodes of a pass.
pub(super) struct PassPlan {
    /// The nodes that the pass needs, operands first.
    nodes: Vec<NodeId>,
    /// For each node, the number of rounds of calls that must run before its value is known.
    levels: FxHashMap<NodeId, usize>,
    /// For calls and kept nodes in memory, the address of the first element of the block.
    pub(super) places: FxHashMap<NodeId, Value>,
    /// Stores that are done because a call has written its result to the store's buffer.
    done: FxHashSet<usize>,
    pub(super) vector: bool,
}

impl Generator<'_, '_> {
    /// The nodes that a sink reads.
    pub(super) fn inputs(&self, sink: &Sink) -> SmallVec<[NodeId; 2]> {
        match *sink {
            Sink::Store(i) => SmallVec::from_slice(&[self.nest.stores[i].node]),
            Sink::Fold(i) => self.nest.reductions[i].operands.clone(),
            Sink::Init(i) => self.nest.reductions[i].initial.clone(),
            Sink::Save(node) => SmallVec::from_slice(&[node]),
            Sink::Spill(_) | Sink::Settle(_) => SmallVec::new(),
        }
    }

    /// Every node that the sinks need, operands first. Stops at nodes that an earlier pass has kept.
    pub(super) fn reachable(&self, sinks: &[Sink]) -> Vec<NodeId> {
        let mut seen = vec![false; self.nest.nodes.len()];
        let mut stack: Vec<NodeId> = sinks.iter().flat_map(|s| self.inputs(s)).collect();
        while let Some(node) = stack.pop() {
            if !std::mem::replace(&mut seen[node], true) && !self.available.contains(&node) {
                stack.extend(self.nest.nodes[node].kind.operands());
            }
        }
        (0..seen.len()).filter(|&n| seen[n]).collect()
    }

    /// Whether a node is a call of a block function.
    pub(super) fn is_call(&self, node: NodeId) -> bool {
        self.nest.nodes[node].kind.call().is_some()
    }

    /// Whether a node has the same value in all lanes of a pass.
    pub(super) fn is_invariant(&self, node: NodeId) -> bool {
        self.invariant[node]
    }

    /// Emits a pass over `len` lanes from `lane_start` on.
    pub(super) fn pass(&mut self, sinks: &[Sink], len: Len) {
        if sinks.is_empty() {
            return;
        }
        let nodes = self.reachable(sinks);
        let mut levels: FxHashMap<NodeId, usize> = FxHashMap::default();
        let mut calls = vec![];
        for &node in &nodes {
            let known = self.is_invariant(node) || self.available.contains(&node);
            let operands = if known { &[] } else { self.nest.nodes[node].kind.operands() };
            let level = operands.iter().map(|o| levels[o]).max().unwrap_or(0);
            let call = if known { None } else { self.nest.nodes[node].kind.call() };
            levels.insert(node, level + usize::from(call.is_some()));
            calls.extend(call.map(|function| Call { node, function }));
        }
        let outside: Vec<NodeId> = nodes.iter().copied().filter(|&n| self.is_invariant(n)).collect();
        // The end of this function restores these scalars: the scalars of this pass are forgotten, a row's outer
        // scalars stay.
        let known = self.scalars.clone();
        for &node in &outside {
            if self.used_by_lanes(node, &nodes, sinks) && !matches!(self.nest.nodes[node].kind, NodeKind::Const(_)) {
                self.scalar(node);
                self.pin(node);
            }
        }
        self.end_pins();
        let vector = self.vectorises(sinks, &nodes);
        let mut plan = PassPlan { nodes, levels, places: FxHashMap::default(), done: FxHashSet::default(), vector };
        if calls.is_empty() {
            self.place_kept(&mut plan);
            self.lane_loop(&plan, sinks, &[], len);
        } else {
            self.blocks(&mut plan, sinks, &calls, len);
        }
        self.available.extend(calls.iter().map(|c| c.node).filter(|c| self.kept.contains_key(c)));
        self.scalars = known;
    }

    /// Stores a computed scalar in scratch memory for the lane loops. Otherwise Cranelift moves the whole computation,
    /// which is pure, into the loop that uses it.
    fn pin(&mut self, node: NodeId) {
        let n = &self.nest.nodes[node];
        if !matches!(n.kind, NodeKind::Load { .. }) {
            let at = self.b.ins().iadd_imm_s(self.scratch, (self.pinned + 8 * node) as i64);
            let scalar = self.scalars[&node];
            self.emit(Width::Scalar).store(&smallvec::smallvec![scalar], at, n.dtype, true);
        }
    }

    /// Stores once more after the last pinned scalar, because Cranelift forwards the value of the last store to the
    /// loads after it.
    fn end_pins(&mut self) {
        let at = self.pinned + 8 * self.nest.nodes.len();
        self.b.ins().store(super::value::memory(), self.zero, self.scratch, at as i32);
    }

    /// Whether a lane loop uses a node that has the same value in all lanes. Other scalars may use it too.
    fn used_by_lanes(&self, node: NodeId, nodes: &[NodeId], sinks: &[Sink]) -> bool {
        sinks.iter().any(|s| self.inputs(s).contains(&node))
            || nodes.iter().any(|&n| !self.is_invariant(n) && self.nest.nodes[n].kind.operands().contains(&node))
    }

    /// Whether all sinks and nodes of a pass have a vector form.
    pub(super) fn vectorises(&self, sinks: &[Sink], nodes: &[NodeId]) -> bool {
        let lane = self.nest.lane();
        let sinks_fit = sinks.iter().all(|s| match *s {
            Sink::Store(i) => self.nest.stores[i].at.coef(lane) == 1,
            Sink::Fold(i) => {
                let reduction = &self.nest.reductions[i];
                match reduction.combiner {
                    Combiner::Inline { op, .. } => fold::has_lanes(op, self.nest.nodes[reduction.operands[0]].dtype),
                    Combiner::Function(_) => false,
                }
            }
            Sink::Init(_) | Sink::Save(_) | Sink::Spill(_) | Sink::Settle(_) => true,
        });
        sinks_fit
            && nodes.iter().all(|&n| {
                self.is_invariant(n) || self.available.contains(&n) || elementwise::has_lanes(&self.nest.nodes, &self.nest.nodes[n])
            })
    }

    fn blocks(&mut self, plan: &mut PassPlan, sinks: &[Sink], calls: &[Call], len: Len) {
        if let Len::Constant(n) = len
            && n <= BLOCK
        {
            return self.block(plan, sinks, calls, len);
        }
        let n = self.len_value(len);
        let rounded = self.b.ins().iadd_imm_s(n, BLOCK as i64 - 1);
        let count = self.b.ins().ushr_imm_u(rounded, i64::from(BLOCK.trailing_zeros()));
        self.range(self.zero, count, |g, i| {
            g.block_start = g.b.ins().imul_imm_u(i, BLOCK as i64);
            let len = match len {
                Len::Constant(n) if n % BLOCK == 0 => Len::Constant(BLOCK),
                _ => {
                    let left = g.b.ins().isub(n, g.block_start);
                    let most = g.b.ins().iconst(types::I64, BLOCK as i64);
                    Len::Dynamic(g.b.ins().smin(left, most))
                }
            };
            g.block(plan, sinks, calls, len);
        });
        self.block_start = self.zero;
    }

    /// Emits lane loops and calls, by turns, over one block.
    fn block(&mut self, plan: &mut PassPlan, sinks: &[Sink], calls: &[Call], len: Len) {
        plan.places.clear();
        plan.done.clear();
        self.place_kept(plan);
        let mut used = self.fixed;
        let last = plan.levels.values().copied().max().unwrap_or(0);
        for level in 0..=last {
            let now: Vec<Call> = calls.iter().copied().filter(|c| plan.levels[&c.node] == level + 1).collect();
            // Each operand of a call is already in memory, or the lane loop writes it there.
            let mut writes: Vec<(NodeId, Value)> = vec![];
            let mut operands: FxHashMap<NodeId, Value> = FxHashMap::default();
            for &call in &now {
                for &operand in self.nest.nodes[call.node].kind.operands() {
                    if operands.contains_key(&operand) {
                        continue;
                    }
                    let at = match self.in_memory(plan, operand) {
                        Some(at) => at,
                        None => {
                            let at = self.take_block(&mut used, operand);
                            writes.push((operand, at));
                            at
                        }
                    };
                    operands.insert(operand, at);
                }
            }
            let stores: Vec<Sink> = sinks
                .iter()
                .copied()
                .filter(|s| self.inputs(s).iter().map(|n| plan.levels[n]).max() == Some(level))
                .filter(|s| !matches!(s, Sink::Store(i) if plan.done.contains(i)))
                .collect();
            self.lane_loop(plan, &stores, &writes, len);
            // The next level reads the written operands instead of computing them again.
            plan.places.extend(writes.iter().filter(|(n, _)| !self.is_invariant(*n)).copied());
            for call in now {
                let out = self.call_target(plan, sinks, call.node, &mut used);
                let inputs = self.nest.nodes[call.node].kind.operands();
                let (x, y) = (operands[&inputs[0]], operands[inputs.last().expect("a call has operands")]);
                self.clock += 1;
                for &operand in inputs {
                    self.note_load(operand);
                }
                let n = self.len_value(len);
                self.call(call.function, n, out, x, y);
                plan.places.insert(call.node, out);
            }
        }
        self.scratch_bytes = self.scratch_bytes.max(used);
    }

    fn place_kept(&mut self, plan: &mut PassPlan) {
        for &node in &plan.nodes {
            if self.available.contains(&node)
                && let Some(&offset) = self.kept.get(&node)
            {
                let at = self.kept_address(node, offset);
                plan.places.insert(node, at);
            }
        }
    }

    /// The address of the kept elements of a node for the current block.
    pub(super) fn kept_address(&mut self, node: NodeId, offset: usize) -> Value {
        let element = self.b.ins().iadd(self.inner_base, self.block_start);
        let bytes = self.b.ins().imul_imm_u(element, slot_size(self.nest.nodes[node].dtype) as i64);
        let at = self.b.ins().iadd(self.scratch, bytes);
        self.b.ins().iadd_imm_s(at, offset as i64)
    }

    /// The address of a node's elements; `None` unless they are consecutive in memory and in the form that calls take.
    fn in_memory(&mut self, plan: &PassPlan, node: NodeId) -> Option<Value> {
        let n = &self.nest.nodes[node];
        if let Some(&at) = plan.places.get(&node) {
            // The result of a call is in f32 for 16-bit floats, and must be rounded before another call reads it.
            let unrounded = slot_size(n.dtype) != n.dtype.size() && self.is_call(node) && !self.nest.keep_f32;
            return (!unrounded).then_some(at);
        }
        match &n.kind {
            NodeKind::Load { buffer, at } if at.coef(self.nest.lane()) == 1 && slot_size(n.dtype) == n.dtype.size() => {
                Some(self.address(*buffer, at))
            }
            _ => None,
        }
    }

    fn take_block(&mut self, used: &mut usize, node: NodeId) -> Value {
        let offset = *used;
        *used += BLOCK * slot_size(self.nest.nodes[node].dtype);
        self.b.ins().iadd_imm_s(self.scratch, offset as i64)
    }

    /// The address that a call writes to: the memory of a kept node, the buffer of a store, or a block of scratch
    /// memory.
    fn call_target(&mut self, plan: &mut PassPlan, sinks: &[Sink], call: NodeId, used: &mut usize) -> Value {
        if let Some(&offset) = self.kept.get(&call) {
            return self.kept_address(call, offset);
        }
        let dtype = self.nest.nodes[call].dtype;
        let direct = sinks.iter().find_map(|s| match *s {
            Sink::Store(i) if self.nest.stores[i].node == call && self.nest.stores[i].at.coef(self.nest.lane()) == 1 => Some(i),
            _ => None,
        });
        match direct {
            Some(i) if slot_size(dtype) == dtype.size() => {
                plan.done.insert(i);
                self.stores[i] = self.clock + 1;
                let store = &self.nest.stores[i];
                self.address(store.buffer, &store.at)
            }
            _ => self.take_block(used, call),
        }
    }

    /// Emits a call of a block function.
    pub(super) fn call(&mut self, function: BlockFunction, n: Value, out: Value, x: Value, y: Value) {
        let mut signature = Signature::new(self.config.default_call_conv);
        signature.params = [types::I64; 4].map(AbiParam::new).into();
        let signature = self.b.import_signature(signature);
        let callee = self.b.ins().iconst(types::I64, function.pointer() as usize as i64);
        self.b.ins().call_indirect(signature, callee, &[n, out, x, y]);
    }

    pub(super) fn len_value(&mut self, len: Len) -> Value {
        match len {
            Len::Constant(n) => self.b.ins().iconst(types::I64, n as i64),
            Len::Dynamic(n) => n,
        }
    }

    /// The address of the element of a buffer for the block's first lane.
    pub(super) fn address(&mut self, buffer: usize, at: &Affine) -> Value {
        let element = self.position(at);
        let bytes = self.b.ins().imul_imm_s(element, self.nest.buffers[buffer].size() as i64);
        self.b.ins().iadd(self.pointers[buffer], bytes)
    }

    /// The value of an affine map for the block's first lane.
    pub(super) fn position(&mut self, at: &Affine) -> Value {
        let mut sum = self.b.ins().iconst(types::I64, at.offset);
        for (axis, coef) in at.terms() {
            let counter = if axis == self.nest.lane() {
                self.b.ins().iadd(self.lane_start, self.block_start)
            } else {
                self.coords[axis].expect("loops around set every axis but the lanes'")
            };
            let term = self.b.ins().imul_imm_s(counter, coef);
            sum = self.b.ins().iadd(sum, term);
        }
        sum
    }

    pub(super) fn note_load(&mut self, node: NodeId) {
        if let NodeKind::Load { buffer, .. } = self.nest.nodes[node].kind {
            self.loads.insert(buffer, self.clock);
        }
    }
}
