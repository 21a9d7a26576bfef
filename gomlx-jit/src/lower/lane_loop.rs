// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Lane loops: vectors of consecutive elements, then the remaining elements one by one. Each step evaluates the nodes
//! that the sinks need, and stores, keeps or accumulates them.

use cranelift_codegen::ir::{BlockArg, InstBuilder, Value, condcodes::IntCC, types};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::elementwise::Operand;
use super::long_sum::SHORT_CHAIN;
use super::nest::Generator;
use super::pass::{Len, PassPlan, Sink};
use super::value::{Val, Width, slot_size};
use crate::loops::emission::Emission;
use crate::loops::{NodeId, NodeKind, Vectorization};

impl Generator<'_, '_> {
    /// Emits a loop over lanes: vectors, then the remaining elements one by one.
    pub(super) fn lane_loop(&mut self, plan: &PassPlan, sinks: &[Sink], writes: &[(NodeId, Value)], len: Len) {
        if sinks.is_empty() && writes.is_empty() {
            return;
        }
        self.clock += 1;
        for sink in sinks {
            if let Sink::Store(i) = *sink {
                self.stores[i] = self.clock;
            }
        }
        let lanes = self.lanes;
        let (begin, n) = (self.zero, self.len_value(len));
        let main = match len {
            _ if !plan.vector => begin,
            Len::Constant(n) => self.b.ins().iconst(types::I64, (n / lanes * lanes) as i64),
            Len::Dynamic(n) => self.b.ins().band_imm_s(n, -(lanes as i64)),
        };
        let some_vectors = plan.vector && !matches!(len, Len::Constant(n) if n < lanes);
        let some_rest = !plan.vector || !matches!(len, Len::Constant(n) if n % lanes == 0);
        let many = |lanes: usize| !matches!(len, Len::Constant(n) if n / lanes <= SHORT_CHAIN);
        if some_vectors {
            self.lane_range(plan, sinks, writes, Width::Lanes(lanes), begin, main, many(lanes));
        }
        if some_rest {
            self.lane_range(plan, sinks, writes, Width::Scalar, main, n, !plan.vector && many(1));
        }
    }

    /// Emits a loop over the lanes `begin..end` of one width. With `many` steps, sums of a row take two accumulators.
    #[allow(clippy::too_many_arguments, reason = "a loop's body, its width and its range")]
    fn lane_range(
        &mut self,
        plan: &PassPlan,
        sinks: &[Sink],
        writes: &[(NodeId, Value)],
        width: Width,
        begin: Value,
        end: Value,
        many: bool,
    ) {
        let accumulated = self.load_row_accumulators(sinks, width);
        let step = match width {
            Width::Scalar => 1,
            Width::Lanes(n) => n as i64,
        };
        let starts = if many { self.short_chains(sinks, width) } else { vec![] };
        let result = if starts.iter().any(Option::is_some) {
            let long_step = step * SHORT_CHAIN as i64;
            self.steps(begin, end, long_step, accumulated, |g, first, outer| {
                let last = g.b.ins().iadd_imm_s(first, long_step);
                let last = g.b.ins().smin(last, end);
                let start = starts.iter().zip(outer).map(|(start, &outer)| start.unwrap_or(outer)).collect();
                let inner = g.steps(first, last, step, start, |g, j, carried| g.lanes_at(plan, sinks, writes, width, j, carried));
                let merge = |((start, &outer), inner): ((&Option<Value>, &Value), Value)| match start {
                    Some(_) => g.b.ins().fadd(outer, inner),
                    None => inner,
                };
                starts.iter().zip(outer).zip(inner).map(merge).collect()
            })
        } else {
            self.steps(begin, end, step, accumulated, |g, j, carried| g.lanes_at(plan, sinks, writes, width, j, carried))
        };
        self.store_row_accumulators(sinks, width, &result);
    }

    /// Emits a loop that takes steps from `begin` while below `end`. `body` gets the position and the carried values
    /// and returns the next ones. Returns the values after the loop.
    fn steps(
        &mut self,
        begin: Value,
        end: Value,
        step: i64,
        carried: Vec<Value>,
        body: impl FnOnce(&mut Self, Value, &[Value]) -> Vec<Value>,
    ) -> Vec<Value> {
        let (inside, exit) = (self.b.create_block(), self.b.create_block());
        let j = self.b.append_block_param(inside, types::I64);
        let (mut current, mut result) = (vec![], vec![]);
        for &value in &carried {
            let ty = self.b.func.dfg.value_type(value);
            current.push(self.b.append_block_param(inside, ty));
            result.push(self.b.append_block_param(exit, ty));
        }
        // A test at the end of the body spares a jump in each step.
        let test = |g: &mut Self, j: Value, carried: &[Value]| {
            let done: Vec<BlockArg> = carried.iter().map(|&v| v.into()).collect();
            let next: Vec<BlockArg> = [j.into()].into_iter().chain(done.iter().copied()).collect();
            let more = g.b.ins().icmp(IntCC::SignedLessThan, j, end);
            g.b.ins().brif(more, inside, &next, exit, &done);
        };
        test(self, begin, &carried);
        self.b.switch_to_block(inside);
        let carried = body(self, j, &current);
        let next = self.b.ins().iadd_imm_s(j, step);
        test(self, next, &carried);
        self.b.switch_to_block(exit);
        result
    }

    /// Evaluates the lanes from `j` on and passes them to the sinks. Returns the new accumulators of a row.
    fn lanes_at(
        &mut self,
        plan: &PassPlan,
        sinks: &[Sink],
        writes: &[(NodeId, Value)],
        width: Width,
        j: Value,
        carried: &[Value],
    ) -> Vec<Value> {
        let nest = self.nest;
        let mut known: FxHashMap<NodeId, Val> = FxHashMap::default();
        for sink in sinks {
            for node in self.inputs(sink) {
                self.lane_value(plan, node, width, j, &mut known);
            }
        }
        for &(node, _) in writes {
            self.lane_value(plan, node, width, j, &mut known);
        }
        let mut carried = carried.iter().copied();
        let mut out = vec![];
        for sink in sinks {
            let inputs: SmallVec<[Val; 2]> = self.inputs(sink).iter().map(|n| known[n].clone()).collect();
            match *sink {
                Sink::Store(i) => {
                    let store = &nest.stores[i];
                    let at = self.address(store.buffer, &store.at);
                    let step = store.at.coef(self.nest.lane()) * self.nest.buffers[store.buffer].size() as i64;
                    let at = self.offset(at, j, step);
                    self.emit(width).store(&inputs[0], at, nest.nodes[store.node].dtype, false);
                }
                Sink::Save(node) => {
                    let at = self.kept_address(node, self.kept[&node]);
                    let at = self.offset(at, j, slot_size(self.nest.nodes[node].dtype) as i64);
                    self.emit(width).store(&inputs[0], at, nest.nodes[node].dtype, true);
                }
                Sink::Init(i) => self.init_lanes(i, &inputs, width, j),
                Sink::Fold(i) if self.nest.vectorization == Vectorization::Columns => self.fold_lanes(i, &inputs, width, j),
                Sink::Fold(i) => self.fold_row(i, &inputs, width, &mut carried, &mut out),
                Sink::Spill(i) => self.spill_lanes(i, width, j),
                Sink::Settle(i) => self.settle_lanes(i, width, j),
            }
        }
        for &(node, at) in writes {
            let dtype = self.nest.nodes[node].dtype;
            let at = self.offset(at, j, slot_size(dtype) as i64);
            self.emit(width).store(&known[&node], at, dtype, true);
        }
        out
    }

    /// `at + j * step`.
    pub(super) fn offset(&mut self, at: Value, j: Value, step: i64) -> Value {
        let bytes = self.b.ins().imul_imm_s(j, step);
        self.b.ins().iadd(at, bytes)
    }

    fn lane_value(&mut self, plan: &PassPlan, node: NodeId, width: Width, j: Value, known: &mut FxHashMap<NodeId, Val>) -> Val {
        if let Some(value) = known.get(&node) {
            return value.clone();
        }
        let nest = self.nest;
        let n = &nest.nodes[node];
        let value = if let Some(&at) = plan.places.get(&node) {
            let at = self.offset(at, j, slot_size(n.dtype) as i64);
            let loaded = self.emit(width).load(at, n.dtype, true);
            // The result of a call is in f32 for 16-bit floats, and not rounded.
            if self.is_call(node) { self.emit(width).rounded(&loaded, n.dtype) } else { loaded }
        } else {
            let invariant = self.is_invariant(node);
            match &n.kind {
                NodeKind::Const(bits) => self.emit(width).constant(*bits, n.dtype),
                NodeKind::Load { .. } if invariant => {
                    let scalar = self.scalars[&node];
                    self.emit(width).splat(scalar, n.dtype)
                }
                _ if invariant => {
                    let at = self.b.ins().iadd_imm_s(self.scratch, (self.pinned + 8 * node) as i64);
                    let scalar = self.emit(Width::Scalar).load_scalar(at, n.dtype, true);
                    self.emit(width).splat(scalar, n.dtype)
                }
                NodeKind::Load { buffer, at } => {
                    self.note_load(node);
                    let coef = at.coef(self.nest.lane());
                    let from = self.address(*buffer, at);
                    let size = n.dtype.size() as i64;
                    let from = self.offset(from, j, coef * size);
                    if coef == 1 {
                        self.emit(width).load(from, n.dtype, false)
                    } else {
                        self.emit(width).load_strided(from, coef * size, n.dtype)
                    }
                }
                NodeKind::Iota(at) => {
                    let first = self.position(at);
                    let coef = at.coef(self.nest.lane());
                    let first = self.offset(first, j, coef);
                    self.count(first, coef, n.dtype, width)
                }
                NodeKind::Reduced { reduction, result } => self.reduced_lanes(*reduction, *result, width, j),
                NodeKind::Compute(Emission::Inline(op), operands) => {
                    let operands: SmallVec<[Operand; 3]> = operands
                        .iter()
                        .map(|&o| Operand {
                            value: self.lane_value(plan, o, width, j, known),
                            dtype: nest.nodes[o].dtype,
                            constant: nest.nodes[o].kind.constant(),
                        })
                        .collect();
                    self.emit(width).inline(*op, &operands, n.dtype)
                }
                NodeKind::Compute(Emission::Call(_), _) => unreachable!("a call has a place once its level has run"),
            }
        };
        known.insert(node, value.clone());
        value
    }
}
