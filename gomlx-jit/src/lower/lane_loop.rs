// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Lane loops: vectors of consecutive elements, then the remaining elements one by one. Each step evaluates the nodes
//! that the sinks need, and stores, keeps or accumulates them.

use cranelift_codegen::ir::{BlockArg, InstBuilder, Value, condcodes::IntCC, types};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::elementwise::Operand;
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
        if some_vectors {
            self.lane_range(plan, sinks, writes, Width::Lanes(lanes), begin, main);
        }
        if some_rest {
            self.lane_range(plan, sinks, writes, Width::Scalar, main, n);
        }
    }

    fn lane_range(&mut self, plan: &PassPlan, sinks: &[Sink], writes: &[(NodeId, Value)], width: Width, begin: Value, end: Value) {
        let accumulated = self.load_row_accumulators(sinks, width);
        let (head, inside, exit) = (self.b.create_block(), self.b.create_block(), self.b.create_block());
        let j = self.b.append_block_param(head, types::I64);
        let mut carried: Vec<Value> = vec![];
        for &value in &accumulated {
            let ty = self.b.func.dfg.value_type(value);
            carried.push(self.b.append_block_param(head, ty));
        }
        let mut args = vec![begin.into()];
        args.extend(accumulated.iter().map(|&v| BlockArg::from(v)));
        self.b.ins().jump(head, &args);
        self.b.switch_to_block(head);
        let more = self.b.ins().icmp(IntCC::SignedLessThan, j, end);
        self.b.ins().brif(more, inside, &[], exit, &[]);
        self.b.switch_to_block(inside);
        let next_accumulated = self.lanes_at(plan, sinks, writes, width, j, &carried);
        let step = match width {
            Width::Scalar => 1,
            Width::Lanes(n) => n as i64,
        };
        let next = self.b.ins().iadd_imm_s(j, step);
        let mut args = vec![next.into()];
        args.extend(next_accumulated.iter().map(|&v| BlockArg::from(v)));
        self.b.ins().jump(head, &args);
        self.b.switch_to_block(exit);
        self.store_row_accumulators(sinks, width, &carried);
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
