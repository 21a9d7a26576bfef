// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Algebra that is exact in IEEE arithmetic, and the canonical forms that fusers
//! rely on.
//!
//! Canonical: a constant of equal elements is a scalar constant and a
//! `broadcast_in_dim` of it; broadcasts come after elementwise ops on what is
//! broadcast; moves of moves are one move; a transpose of a matrix product's
//! operand or result is in its dimension numbers.

mod constant;
mod contract;
mod elementwise;
mod movement;

use std::sync::Arc;

use crate::edit::{Rebuild, Rewrite, Values, rebuild};
use crate::{Builder, Def, Element, Entity, Function, HostTensor, Inst, InstId, Op, RegionId, Shape, ValueId};

/// The function with every rule applied once to each instruction, operands first.
pub fn simplify(function: &Function) -> Function {
    simplify_counted(function).0
}

/// The same, with how many instructions a rule replaced.
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

/// How often each value is used.
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

/// Where an instruction would be put, with what it would be put after.
struct Site<'b> {
    b: Builder<'b>,
    /// Whether nothing else uses the first operand.
    used_once: bool,
}

impl Site<'_> {
    /// A value that an instruction of one result can be replaced by.
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

    /// The instruction whose first result a value is, unless it is marked: no rule looks through a marked one.
    fn def(&self, value: ValueId) -> Option<&Inst> {
        match self.b.function.value(value).def {
            Def::Result(inst, 0) => Some(self.b.function.inst(inst)).filter(|inst| !inst.derivative.is_marked()),
            _ => None,
        }
    }

    /// The scalar constant that a value is, broadcast or not.
    fn splat(&self, value: ValueId) -> Option<&Arc<HostTensor>> {
        let inst = self.def(value)?;
        match &inst.op {
            Op::Constant(tensor) if tensor.dims().is_empty() => Some(tensor),
            Op::BroadcastInDim { .. } => self.b.function.constant(inst.operands[0]).filter(|t| t.dims().is_empty()),
            _ => None,
        }
    }

    /// The number that all elements are, if the element type is not complex.
    fn number(&self, value: ValueId) -> Option<f64> {
        let tensor = self.splat(value)?;
        if tensor.dtype().is_complex() {
            return None;
        }
        crate::with_element!(tensor.dtype(), T => tensor.as_slice::<T>().ok()?.first().map(|x| x.to_f64()))
    }

    /// Whether all elements are a number; `0.0` and `-0.0` differ where the element type has both.
    fn is(&self, value: ValueId, number: f64) -> bool {
        let signed = self.shape(value).dtype.is_float();
        self.number(value).is_some_and(|n| n == number && (!signed || n.is_sign_negative() == number.is_sign_negative()))
    }

    fn emit(&mut self, op: Op, operands: &[ValueId]) -> ValueId {
        self.b.emit(op, operands).expect("what a rule makes is well-typed")
    }
}
