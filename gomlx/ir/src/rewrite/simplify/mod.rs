// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Algebraic simplification that is exact in IEEE arithmetic, and the canonical forms on which the fusers rely.
//!
//! Canonical forms:
//! - A constant with equal elements is a `broadcast_in_dim` of a scalar constant.
//! - Broadcasts come after elementwise ops: `op(broadcast(x))` becomes `broadcast(op(x))`.
//! - Two moves of elements in a row are one move.
//! - The transpose of a matrix product's operand or result is part of the product's dimension numbers.

mod constant;
mod contract;
mod elementwise;
mod movement;

use std::sync::Arc;

use crate::edit::{Rebuild, Rewrite, Values, rebuild};
use crate::{Builder, Def, Element, Entity, Function, HostTensor, Inst, InstId, Op, RegionId, Shape, ValueId};

/// Applies the rules once to each instruction, operands first. Returns the new function.
pub fn simplify(function: &Function) -> Function {
    simplify_counted(function).0
}

/// As [`simplify`]. Also returns the number of instructions that a rule replaced.
pub(super) fn simplify_counted(function: &Function) -> (Function, usize) {
    let mut rule = Simplify { uses: uses(function), changes: 0 };
    (rebuild(function, &mut rule), rule.changes)
}

struct Simplify {
    uses: Vec<u32>,
    changes: usize,
}

impl Rewrite for Simplify {
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
        let source = rebuild.source.inst(inst);
        let used_once = source.operands.first().is_some_and(|v| self.uses[v.index()] == 1);
        let mut builder = Builder::new(&mut rebuild.target, region);
        builder.location.clone_from(&source.location);
        let mut site = Site { b: builder, used_once };
        let body = source.regions.first().and_then(|&r| rebuild.source.reducer_of(r));
        let replaced = site.simplify(&source.op, operands, body).or_else(|| constant::fold(&mut site, source, operands));
        match replaced {
            Some(value) => {
                self.changes += 1;
                Values::from_slice(&[value])
            }
            None => rebuild.copy(self, region, inst, operands),
        }
    }
}

/// The number of uses of each value.
fn uses(function: &Function) -> Vec<u32> {
    let mut uses = vec![0; function.num_values()];
    let mut regions = vec![Function::BODY];
    while let Some(region) = regions.pop() {
        let region = function.region(region);
        for &result in &region.results {
            uses[result.index()] += 1;
        }
        for &inst in &region.insts {
            let inst = function.inst(inst);
            for &operand in &inst.operands {
                uses[operand.index()] += 1;
            }
            regions.extend(&inst.regions);
        }
    }
    uses
}

/// The place where a rule may emit instructions, with access to the instructions before it.
struct Site<'b> {
    b: Builder<'b>,
    /// Whether this instruction is the only user of its first operand.
    used_once: bool,
}

impl Site<'_> {
    /// A value that can replace the result of an instruction with one result, if a rule applies.
    fn simplify(&mut self, op: &Op, x: &[ValueId], body: Option<crate::Reducer>) -> Option<ValueId> {
        match op {
            Op::Constant(tensor) => constant::splat(self, tensor),
            Op::Unary(op) => elementwise::unary(self, *op, x[0]),
            Op::Binary(op) => elementwise::binary(self, *op, x[0], x[1]),
            Op::Select => elementwise::select(self, x[0], x[1], x[2]),
            Op::Convert(dtype) => elementwise::convert(self, *dtype, x[0]),
            Op::BitcastConvert(dtype) => (self.shape(x[0]).dtype == *dtype).then_some(x[0]),
            Op::BroadcastInDim { dims, axes } => movement::broadcast(self, dims, axes, x[0]),
            Op::Reshape(dims) => movement::reshape(self, dims, x[0]),
            Op::Transpose(permutation) => movement::transpose(self, permutation, x[0]),
            Op::Slice { starts, limits, strides } => movement::slice(self, starts, limits, strides, x[0]),
            Op::Pad { low, high, interior } => movement::pad(low, high, interior, x[0]),
            Op::Concatenate(axis) => movement::concatenate(self, *axis, x),
            Op::Reverse(axes) => movement::reverse(self, axes, x[0]),
            Op::DynamicSlice(sizes) => movement::dynamic_slice(self, sizes, x),
            Op::DynamicUpdateSlice => (self.shape(x[0]) == self.shape(x[1])).then_some(x[1]),
            Op::Reduce(axes) => contract::reduce(self, axes, x, body?),
            Op::DotGeneral(dims) => contract::dot_general(self, dims, x[0], x[1]),
            Op::Iota { .. }
            | Op::Compare(..)
            | Op::Clamp
            | Op::ReduceWindow(_)
            | Op::SelectAndScatter(_)
            | Op::Convolution(_)
            | Op::Gather(_)
            | Op::Scatter(_)
            | Op::RngBitGenerator { .. }
            | Op::If
            | Op::Case
            | Op::While
            | Op::Sort { .. }
            | Op::Map
            | Op::TopK(_)
            | Op::ReducePrecision { .. }
            | Op::Fft(..)
            | Op::Cholesky(_)
            | Op::TriangularSolve(_)
            | Op::Factor(_)
            | Op::BatchNormTraining(_)
            | Op::BatchNormInference(_)
            | Op::BatchNormGrad(_)
            | Op::Rng { .. }
            | Op::Composite(_)
            | Op::OptimizationBarrier
            | Op::Print(_) => None,
        }
        .or_else(|| elementwise::before_broadcast(self, op, x))
    }

    fn shape(&self, value: ValueId) -> &Shape {
        self.b.shape(value)
    }

    /// The instruction that defines a value as its first result. It is `None` for a marked instruction: no rule looks
    /// through one.
    fn def(&self, value: ValueId) -> Option<&Inst> {
        match self.b.function.value(value).def {
            Def::Result(inst, 0) => Some(self.b.function.inst(inst)).filter(|inst| !inst.derivative.is_marked()),
            _ => None,
        }
    }

    /// The scalar constant that all elements of a value equal, if the value is a scalar constant or a broadcast of one.
    fn splat(&self, value: ValueId) -> Option<&Arc<HostTensor>> {
        let inst = self.def(value)?;
        match &inst.op {
            Op::Constant(tensor) if tensor.dims().is_empty() => Some(tensor),
            Op::BroadcastInDim { .. } => self.b.function.constant(inst.operands[0]).filter(|t| t.dims().is_empty()),
            _ => None,
        }
    }

    /// As [`splat`](Self::splat), as a number; `None` if the dtype is complex.
    fn number(&self, value: ValueId) -> Option<f64> {
        let tensor = self.splat(value)?;
        if tensor.dtype().is_complex() {
            return None;
        }
        crate::with_element!(tensor.dtype(), T => tensor.as_slice::<T>().ok()?.first().map(|x| x.to_f64()))
    }

    /// Whether all elements equal a number. For floating-point dtypes `0.0` and `-0.0` differ.
    fn is(&self, value: ValueId, number: f64) -> bool {
        let signed = self.shape(value).dtype.is_float();
        self.number(value).is_some_and(|n| n == number && (!signed || n.is_sign_negative() == number.is_sign_negative()))
    }

    fn emit(&mut self, op: Op, operands: &[ValueId]) -> ValueId {
        self.b.emit(op, operands).expect("what a rule makes is well-typed")
    }
}
