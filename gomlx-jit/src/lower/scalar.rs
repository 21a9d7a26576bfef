// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Scalars around lane loops, positions as numbers, and bodies of reductions.

use cranelift_codegen::ir::{InstBuilder, StackSlotData, StackSlotKind, Value, types};
use gomlx_ir::DType;
use smallvec::{SmallVec, smallvec};

use super::nest::Generator;
use super::ops;
use super::value::{Val, Width, memory};
use crate::loops::{Body, Kind, Node, NodeId};
use crate::runtime::math::Math;

impl Generator<'_, '_> {
    /// A node that is the same for all lanes, as a scalar of the place where this is called.
    pub(super) fn scalar(&mut self, node: NodeId) -> Value {
        if let Some(&known) = self.scalars.get(&node) {
            return known;
        }
        let n = &self.nest.nodes[node];
        let value = match &n.kind {
            Kind::Load { buffer, at } => {
                self.clock += 1;
                self.note_load(node);
                let at = self.address(*buffer, at);
                self.emit(Width::Scalar).load_scalar(at, n.dtype, false)
            }
            Kind::Iota(at) => {
                let position = self.position(at);
                self.count(position, 0, n.dtype, Width::Scalar)[0]
            }
            kind => {
                let operands: SmallVec<[Val; 3]> = kind.operands().iter().map(|&o| smallvec![self.scalar(o)]).collect();
                self.apply(&self.nest.nodes, n, &operands)
            }
        };
        self.scalars.insert(node, value);
        value
    }

    /// A node of scalars, by a library call where it is one.
    fn apply(&mut self, nodes: &[Node], node: &Node, operands: &[Val]) -> Value {
        let first = node.kind.operands().first().map(|&o| nodes[o].dtype);
        match first.and_then(|dtype| ops::call(node, dtype)) {
            Some(math) => self.call_scalar(math, node.dtype, operands),
            None => self.emit(Width::Scalar).node(nodes, node, operands)[0],
        }
    }

    fn call_scalar(&mut self, math: Math, dtype: DType, operands: &[Val]) -> Value {
        let slot = self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 24, 3));
        let at = |g: &mut Self, i: i32| g.b.ins().stack_addr(types::I64, slot, 8 * i);
        let (out, x, y) = (at(self, 0), at(self, 1), at(self, 2));
        self.b.ins().store(memory(), operands[0][0], x, 0);
        self.b.ins().store(memory(), operands[operands.len() - 1][0], y, 0);
        let one = self.b.ins().iconst(types::I64, 1);
        self.call(math, one, out, x, y);
        let result = self.emit(Width::Scalar).load_scalar(out, dtype, true);
        match dtype {
            DType::F16 | DType::BF16 => self.emit(Width::Scalar).rounded(&smallvec![result], dtype)[0],
            _ => result,
        }
    }

    /// The results of a body of scalars.
    pub(super) fn body(&mut self, body: &Body, params: &[Value]) -> SmallVec<[Value; 2]> {
        let mut values: Vec<Value> = vec![];
        for node in &body.nodes {
            let value = match node.kind {
                Kind::Param(i) => params[i],
                _ => {
                    let operands: SmallVec<[Val; 3]> = node.kind.operands().iter().map(|&o| smallvec![values[o]]).collect();
                    self.apply(&body.nodes, node, &operands)
                }
            };
            values.push(value);
        }
        body.results.iter().map(|&r| values[r]).collect()
    }

    /// The numbers `first`, `first + step`, ... as elements.
    pub(super) fn count(&mut self, first: Value, step: i64, dtype: DType, width: Width) -> Val {
        let Width::Lanes(lanes) = width else {
            return self.emit(width).convert(&smallvec![first], DType::I64, dtype);
        };
        let low = self.b.ins().ireduce(types::I32, first);
        let start = self.emit(width).splat(low, DType::I32);
        let steps: Val = (0..lanes / 4)
            .map(|part| {
                let bytes: Vec<u8> = (0..4).flat_map(|lane| ((part * 4 + lane) as i32).wrapping_mul(step as i32).to_le_bytes()).collect();
                let constant = self.b.func.dfg.constants.insert(bytes.into());
                self.b.ins().vconst(types::I32X4, constant)
            })
            .collect();
        let numbers = self.emit(width).zip(&start, &steps, |b, x, y| b.ins().iadd(x, y));
        match dtype {
            DType::U32 => numbers,
            DType::I64 | DType::U64 => self.emit(width).widen_lanes(&numbers, true),
            // Positions are below 2^31 here, so an f32 of them is rounded once, as from any integer type.
            _ => self.emit(width).convert(&numbers, DType::I32, dtype),
        }
    }
}
