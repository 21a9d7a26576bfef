// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Forward mode: a rule for each op that emits the tangent of the results.
//!
//! A rule's tangents are linear in the operands' tangents, by ops that
//! [`transpose`](super::transpose) knows: that is what makes reverse mode of them.

mod binary;
mod body;
mod layout;
mod reduce;
mod scatter;
mod unary;
mod window;

use rustc_hash::{FxHashMap, FxHashSet};

use super::activity;
use crate::{Builder, Code, Diagnostic, Diagnostics, Function, Inst, InstId, Op, RegionId, Result, ValueId};

/// The tangents known so far, and where their instructions go.
pub(super) struct Jvp<'f> {
    b: Builder<'f>,
    tangents: FxHashMap<ValueId, ValueId>,
}

impl<'f> Jvp<'f> {
    /// The tangents of `outputs`, emitted at the end of `destination`, by
    /// the instructions of `region` from `start`.
    pub(super) fn run(
        f: &'f mut Function,
        region: RegionId,
        start: usize,
        destination: RegionId,
        inputs: &[(ValueId, ValueId)],
        outputs: &[ValueId],
    ) -> Result<Vec<Option<ValueId>>, Diagnostics> {
        let by: FxHashSet<ValueId> = inputs.iter().map(|&(v, _)| v).collect();
        let insts = f.region(region).insts.get(start..).unwrap_or_default();
        let path = activity::between(f, insts, &by, outputs)?;
        let mut jvp = Jvp { b: Builder::new(f, destination), tangents: inputs.iter().copied().collect() };
        let errors: Vec<Diagnostic> = path.into_iter().filter_map(|id| jvp.inst(id, &by).err()).collect();
        if !errors.is_empty() {
            return Err(Diagnostics(errors));
        }
        Ok(outputs.iter().map(|v| jvp.tangents.get(v).copied()).collect())
    }

    /// Emits the tangents of an instruction's results.
    fn inst(&mut self, id: InstId, inputs: &FxHashSet<ValueId>) -> Result<()> {
        let inst = self.b.function.inst(id).clone();
        let tangents: Vec<Option<ValueId>> = inst.operands.iter().map(|v| self.tangents.get(v).copied()).collect();
        if tangents.iter().all(Option::is_none) {
            return Ok(());
        }
        self.b.location = inst.location.clone();
        let results = self.rule(&inst, &tangents).map_err(|e| e.at(inst.location.as_ref()))?;
        let results = inst.results.iter().zip(results).filter(|(v, _)| !inputs.contains(v));
        self.tangents.extend(results.filter_map(|(&v, t)| t.map(|t| (v, t))));
        Ok(())
    }

    /// The tangents of the results from those of the operands.
    fn rule(&mut self, inst: &Inst, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        let one = match &inst.op {
            Op::Constant(_) | Op::Iota { .. } | Op::Compare(..) | Op::RngBitGenerator { .. } => None,
            Op::Unary(op) => self.unary(*op, inst, t)?,
            Op::Binary(op) => self.binary(*op, inst, t[0], t[1])?,
            Op::Select => self.select(inst, t)?,
            Op::Clamp => self.clamp(inst, t)?,
            Op::BitcastConvert(_) => return Err(no_derivative(self.b.function, inst, "the bits of a number have no derivative")),
            // Linear in their first operand, and without others that have tangents.
            Op::Convert(_)
            | Op::BroadcastInDim { .. }
            | Op::Reshape(_)
            | Op::Transpose(_)
            | Op::Slice { .. }
            | Op::Reverse(_)
            | Op::DynamicSlice(_)
            | Op::Gather(_) => self.linear_in_first(inst, t)?,
            Op::Pad { .. } | Op::Concatenate(_) | Op::DynamicUpdateSlice => self.linear_in_all(inst, t)?,
            Op::DotGeneral(_) | Op::Convolution(_) => self.bilinear(inst, t)?,
            Op::Reduce(axes) => return self.reduce(inst, axes, t),
            Op::ReduceWindow(window) => return self.reduce_window(inst, window, t),
            Op::SelectAndScatter(window) => self.select_and_scatter(inst, window, t)?,
            Op::Scatter(dims) => self.scatter(inst, dims, t)?,
            Op::If
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
            | Op::Composite(_) => {
                return Err(no_derivative(self.b.function, inst, "it has no rule"));
            }
            Op::OptimizationBarrier => return Ok(t.to_vec()),
        };
        Ok(vec![one])
    }

    /// The derivative of another way to compute the same: emits it, then goes through what was emitted.
    fn through(&mut self, emit: impl FnOnce(&mut Builder<'f>) -> Result<Vec<ValueId>>) -> Result<Vec<Option<ValueId>>> {
        let before = self.insts_emitted().len();
        let values = emit(&mut self.b)?;
        let emitted = self.insts_emitted()[before..].to_vec();
        for id in emitted {
            self.inst(id, &FxHashSet::default())?;
        }
        Ok(values.iter().map(|v| self.tangents.get(v).copied()).collect())
    }

    fn insts_emitted(&self) -> &[InstId] {
        &self.b.function.region(self.b.region).insts
    }

    /// The tangent, or zeros of the shape of its value.
    fn or_zeros(&mut self, tangent: Option<ValueId>, value: ValueId) -> ValueId {
        tangent.unwrap_or_else(|| self.b.full_like(value, 0.0))
    }

    /// The sum of two tangents.
    fn sum(&mut self, x: Option<ValueId>, y: Option<ValueId>) -> Option<ValueId> {
        match (x, y) {
            (Some(x), Some(y)) => Some(self.b.add(x, y)),
            (x, y) => x.or(y),
        }
    }

    /// The tangent times a derivative, which is only emitted for a tangent.
    fn times(&mut self, tangent: Option<ValueId>, derivative: impl FnOnce(&mut Builder<'f>) -> ValueId) -> Option<ValueId> {
        let tangent = tangent?;
        let derivative = derivative(&mut self.b);
        Some(self.b.mul(tangent, derivative))
    }
}

/// The error for an op on the gradient path.
fn no_derivative(f: &Function, inst: &Inst, why: &str) -> Diagnostic {
    let operands: Vec<String> = inst.operands.iter().map(|&v| f.shape(v).to_string()).collect();
    Diagnostic::new(Code::Gradient, format!("{} of {} has no derivative: {why}", inst.op.short_name(), operands.join(", ")))
        .note("compute the value in another way, or keep it out of what is differentiated")
}
