// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Emits scalars outside of lane loops, functions of scalars, and positions as numbers.

use cranelift_codegen::ir::{InstBuilder, StackSlotData, StackSlotKind, Value, types};
use gomlx_ir::DType;
use smallvec::{SmallVec, smallvec};

use super::elementwise::Operand;
use super::nest::Generator;
use super::value::{Val, Width, memory};
use crate::loops::emission::Emission;
use crate::loops::{NodeId, NodeKind, ScalarFunction, ScalarKind};
use crate::runtime::math::BlockFunction;

impl Generator<'_, '_> {
    /// A node with the same value in all lanes, as a scalar. Emits its code at the builder's position.
    pub(super) fn scalar(&mut self, node: NodeId) -> Value {
        if let Some(&known) = self.scalars.get(&node) {
            return known;
        }
        let n = &self.nest.nodes[node];
        let value = match &n.kind {
            NodeKind::Load { buffer, at } => {
                self.clock += 1;
                self.note_load(node);
                let at = self.address(*buffer, at);
                self.emit(Width::Scalar).load_scalar(at, n.dtype, false)
            }
            NodeKind::Iota(at) => {
                let position = self.position(at);
                self.count(position, 0, n.dtype, Width::Scalar)[0]
            }
            NodeKind::Const(bits) => self.emit(Width::Scalar).constant(*bits, n.dtype)[0],
            NodeKind::Reduced { .. } => unreachable!("the results of a row's reduction are scalars once it has ended"),
            NodeKind::Compute(emission, operands) => {
                let operands: SmallVec<[Operand; 3]> =
                    operands.iter().map(|&o| Operand::scalar(self.scalar(o), self.nest.nodes[o].dtype)).collect();
                self.compute_scalar(*emission, &operands, n.dtype)
            }
        };
        self.scalars.insert(node, value);
        value
    }

    /// Emits an op on scalars.
    fn compute_scalar(&mut self, emission: Emission, operands: &[Operand], dtype: DType) -> Value {
        match emission {
            Emission::Inline(op) => self.emit(Width::Scalar).inline(op, operands, dtype)[0],
            Emission::Call(function) => self.call_scalar(function, operands, dtype),
        }
    }

    /// Emits a call of a block function on a block of one element, which is on the stack.
    fn call_scalar(&mut self, function: BlockFunction, operands: &[Operand], dtype: DType) -> Value {
        let slot = self.b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 24, 3));
        let at = |g: &mut Self, i: i32| g.b.ins().stack_addr(types::I64, slot, 8 * i);
        let (out, x, y) = (at(self, 0), at(self, 1), at(self, 2));
        self.b.ins().store(memory(), operands[0].value[0], x, 0);
        self.b.ins().store(memory(), operands[operands.len() - 1].value[0], y, 0);
        let one = self.b.ins().iconst(types::I64, 1);
        self.call(function, one, out, x, y);
        let result = self.emit(Width::Scalar).load_scalar(out, dtype, true);
        self.emit(Width::Scalar).rounded(&smallvec![result], dtype)[0]
    }

    /// Emits a function of scalars, and returns its results.
    pub(super) fn scalar_function(&mut self, function: &ScalarFunction, params: &[Value]) -> SmallVec<[Value; 2]> {
        let mut values: Vec<Value> = vec![];
        for node in &function.nodes {
            let value = match &node.kind {
                ScalarKind::Param(i) => params[*i],
                ScalarKind::Const(bits) => self.emit(Width::Scalar).constant(*bits, node.dtype)[0],
                ScalarKind::Compute(emission, operands) => {
                    let operands: SmallVec<[Operand; 3]> =
                        operands.iter().map(|&o| Operand::scalar(values[o], function.nodes[o].dtype)).collect();
                    self.compute_scalar(*emission, &operands, node.dtype)
                }
            };
            values.push(value);
        }
        function.results.iter().map(|&r| values[r]).collect()
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
            // Positions are below 2^31 here, so converting them to f32 rounds once, as from any integer type.
            _ => self.emit(width).convert(&numbers, DType::I32, dtype),
        }
    }
}
