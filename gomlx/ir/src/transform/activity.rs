// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Which instructions a derivative goes through: backward from the outputs, along
//! the operands that carry a tangent. The forward half is whether a tangent arrives.

use rustc_hash::FxHashSet;

use crate::{Code, Diagnostic, Diagnostics, Function, Inst, InstId, Op, Result, UnaryOp, ValueId};

/// The instructions, in order, on which the tangents of `outputs` may depend; `inputs` end the search.
pub(super) fn between(
    f: &Function,
    insts: &[InstId],
    inputs: &FxHashSet<ValueId>,
    outputs: &[ValueId],
) -> Result<Vec<InstId>, Diagnostics> {
    let differentiable = |v: &ValueId| f.shape(*v).dtype.is_differentiable();
    let depends = reached(f, insts, inputs);
    let mut needed: FxHashSet<ValueId> = outputs.iter().copied().filter(differentiable).collect();
    let mut found = vec![];
    let mut errors = vec![];
    for &id in insts.iter().rev() {
        let inst = f.inst(id);
        if !inst.results.iter().any(|v| needed.contains(v) && !inputs.contains(v) && depends.contains(v)) {
            continue;
        }
        found.push(id);
        errors.extend(check_static(f, inst).err());
        let carrying = inst.operands.iter().enumerate().filter(|(i, v)| differentiable(v) && carries_tangent(f, inst, *i));
        needed.extend(carrying.map(|(_, &v)| v));
    }
    found.reverse();
    if errors.is_empty() { Ok(found) } else { Err(Diagnostics(errors)) }
}

/// The values that depend differentiably on the inputs.
fn reached(f: &Function, insts: &[InstId], inputs: &FxHashSet<ValueId>) -> FxHashSet<ValueId> {
    let mut reached = inputs.clone();
    for &id in insts {
        let inst = f.inst(id);
        if inst.operands.iter().enumerate().any(|(i, v)| reached.contains(v) && carries_tangent(f, inst, i)) {
            reached.extend(inst.results.iter().filter(|v| f.shape(**v).dtype.is_differentiable()));
        }
    }
    reached
}

/// Whether the results have a derivative, other than zero everywhere, by an operand.
fn carries_tangent(f: &Function, inst: &Inst, operand: usize) -> bool {
    if inst.results.iter().all(|&v| f.is_stopped(v)) {
        return false;
    }
    match &inst.op {
        Op::Constant(_) | Op::Iota { .. } | Op::Compare(..) | Op::RngBitGenerator { .. } => false,
        Op::Unary(op) => match op {
            UnaryOp::Ceil
            | UnaryOp::CountLeadingZeros
            | UnaryOp::Floor
            | UnaryOp::IsFinite
            | UnaryOp::Not
            | UnaryOp::Popcnt
            | UnaryOp::RoundNearestAfz
            | UnaryOp::RoundNearestEven => false,
            UnaryOp::Sign => f.shape(inst.operands[0]).dtype.is_complex(),
            UnaryOp::Abs
            | UnaryOp::Cbrt
            | UnaryOp::Cosine
            | UnaryOp::Erf
            | UnaryOp::Exponential
            | UnaryOp::ExponentialMinusOne
            | UnaryOp::Log
            | UnaryOp::LogPlusOne
            | UnaryOp::Logistic
            | UnaryOp::Negate
            | UnaryOp::Rsqrt
            | UnaryOp::Sine
            | UnaryOp::Sqrt
            | UnaryOp::Tan
            | UnaryOp::Tanh
            | UnaryOp::Acos
            | UnaryOp::Acosh
            | UnaryOp::Asin
            | UnaryOp::Asinh
            | UnaryOp::Atan
            | UnaryOp::Atanh
            | UnaryOp::BesselI1e
            | UnaryOp::Cosh
            | UnaryOp::Digamma
            | UnaryOp::ErfInv
            | UnaryOp::Erfc
            | UnaryOp::Imag
            | UnaryOp::Lgamma
            | UnaryOp::Real
            | UnaryOp::Sinh => true,
        },
        Op::Select | Op::SelectAndScatter(_) => operand > 0,
        Op::DynamicSlice(_) | Op::Gather(_) => operand == 0,
        Op::DynamicUpdateSlice => operand < 2,
        Op::Scatter(_) => operand != inst.operands.len() / 2,
        Op::Binary(_)
        | Op::Clamp
        | Op::Convert(_)
        | Op::BitcastConvert(_)
        | Op::BroadcastInDim { .. }
        | Op::Reshape(_)
        | Op::Transpose(_)
        | Op::Slice { .. }
        | Op::Pad { .. }
        | Op::Concatenate(_)
        | Op::Reverse(_)
        | Op::Reduce(_)
        | Op::ReduceWindow(_)
        | Op::DotGeneral(_)
        | Op::Convolution(_)
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
        | Op::OptimizationBarrier => true,
    }
}

/// Rules compute with sizes, so the shapes on the path must be known.
fn check_static(f: &Function, inst: &Inst) -> Result<()> {
    for &value in inst.operands.iter().chain(&inst.results) {
        let shape = f.shape(value);
        if shape.known().is_none() {
            let message = format!("the derivative of {} needs known sizes, but an operand or result is {shape}", inst.op.short_name());
            return Err(Diagnostic::new(Code::Unsupported, message)
                .note("differentiate where all sizes are known: in the trace of a call")
                .at(inst.location.as_ref()));
        }
    }
    Ok(())
}
