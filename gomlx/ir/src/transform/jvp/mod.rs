// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Forward mode: each op has a rule that emits the tangents of its results.
//!
//! Invariant: the emitted tangents are linear in the operands' tangents and use only ops that
//! [`transpose`](super::transpose) can transpose. Reverse mode relies on this.

mod bessel;
mod binary;
mod body;
mod branch;
mod complex;
mod composite;
mod factor;
mod layout;
mod linalg;
mod loops;
mod order;
mod reduce;
mod scatter;
mod unary;
mod window;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{activity, normalize};
use crate::{Builder, Code, Derivative, Diagnostic, Diagnostics, Function, Inst, InstId, Op, RegionId, Result, ValueId, edit};

pub(in crate::transform) use self::complex::conjugate;

/// The purpose of the tangents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The tangents are computed. A branch or loop computes its results and their tangents together.
    Forward,
    /// The tangents are transposed. Branches and loops are extended in place to give the residuals of their tangents.
    Linearize,
}

/// The state of forward mode: the tangents known so far, and the place of new instructions.
pub(super) struct Jvp<'f> {
    b: Builder<'f>,
    tangents: FxHashMap<ValueId, ValueId>,
    mode: Mode,
    /// The region that is differentiated.
    source: RegionId,
    /// The values with tangents on which the outputs depend, also within regions.
    active: FxHashSet<ValueId>,
}

impl<'f> Jvp<'f> {
    /// Emits the tangents of `outputs` at the end of `destination`. They follow the instructions of `region` from
    /// `start` on.
    pub(super) fn run(
        f: &'f mut Function,
        mode: Mode,
        region: RegionId,
        start: usize,
        destination: RegionId,
        inputs: &[(ValueId, ValueId)],
        outputs: &[ValueId],
    ) -> Result<Vec<Option<ValueId>>, Diagnostics> {
        let by: FxHashSet<ValueId> = inputs.iter().map(|&(v, _)| v).collect();
        let mut outputs = outputs.to_vec();
        let path = loop {
            let insts = f.region(region).insts.get(start..).unwrap_or_default();
            let path = activity::between(f, insts, &by, &outputs)?;
            // The composites that stay have derivatives of their own.
            let keep = |inst: &Inst| match inst.derivative {
                Derivative::Checkpoint => mode == Mode::Linearize,
                Derivative::Custom(_) => true,
                Derivative::Usual | Derivative::Stopped => false,
            };
            let replaced = composite::flatten(f, region, &path.insts, &by, keep)?;
            if replaced.is_empty() {
                break path;
            }
            let replace = |v: &mut ValueId| *v = replaced.iter().find(|(old, _)| old == v).map_or(*v, |&(_, new)| new);
            outputs.iter_mut().for_each(replace);
        };
        let mut jvp =
            Jvp { b: Builder::new(f, destination), tangents: inputs.iter().copied().collect(), mode, source: region, active: path.active };
        let errors: Vec<Diagnostic> = path.insts.into_iter().filter_map(|id| jvp.inst(id, &by).err()).collect();
        if !errors.is_empty() {
            return Err(Diagnostics(errors));
        }
        Ok(outputs.iter().map(|v| jvp.tangents.get(v).copied()).collect())
    }

    /// Emits the tangents of an instruction's results.
    fn inst(&mut self, id: InstId, inputs: &FxHashSet<ValueId>) -> Result<()> {
        let inst = self.b.function.inst(id).clone();
        if matches!(inst.derivative, Derivative::Stopped) {
            return Ok(());
        }
        let tangents: Vec<Option<ValueId>> = inst.operands.iter().map(|v| self.tangents.get(v).copied()).collect();
        if inst.regions.is_empty() && tangents.iter().all(Option::is_none) {
            return Ok(());
        }
        self.b.location = inst.location.clone();
        let results = self.rule(id, &inst, &tangents).map_err(|e| e.at(inst.location.as_ref()))?;
        let results = inst.results.iter().zip(results).filter(|(v, _)| !inputs.contains(v));
        self.tangents.extend(results.filter_map(|(&v, t)| t.map(|t| (v, t))));
        Ok(())
    }

    /// Emits the tangents of the results from the tangents of the operands.
    fn rule(&mut self, id: InstId, inst: &Inst, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        let one = match &inst.op {
            Op::Constant(_) | Op::Iota { .. } | Op::Compare(..) | Op::RngBitGenerator { .. } => None,
            Op::Unary(op) => self.unary(*op, inst, t)?,
            Op::Binary(op) => self.binary(*op, inst, t[0], t[1])?,
            Op::Select => self.select(inst, t)?,
            Op::Clamp => self.clamp(inst, t)?,
            Op::BitcastConvert(_) => return Err(no_derivative(self.b.function, inst, "the bits of a number have no derivative")),
            // These ops are linear in their first operand, and no other operand has a tangent.
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
            Op::If | Op::Case => return self.branch(id, inst),
            Op::While => return self.r#while(id, inst, t),
            Op::Sort { axis, .. } => return self.sort(id, inst, *axis, t),
            Op::Map => return self.through(|b| body::apply(b, inst.regions[0], &inst.operands, &[])),
            Op::TopK(_) => return self.top_k(inst, t),
            Op::ReducePrecision { .. } | Op::Fft(..) => self.linear_in_first(inst, t)?,
            Op::Cholesky(lower) => t[0].map(|t| self.cholesky(inst, *lower, t)).transpose()?,
            Op::TriangularSolve(solve) => self.triangular_solve(inst, solve, t)?,
            Op::Factor(factorization) => {
                let Some(tangent) = t[0] else { return Err(no_derivative(self.b.function, inst, "its second operand has none")) };
                return self.factor(inst, *factorization, tangent);
            }
            Op::BatchNormTraining(_) | Op::BatchNormInference(_) | Op::BatchNormGrad(_) => {
                return self.through(|b| Ok(normalize::emit(b, inst).expect("the op is a normalisation")));
            }
            Op::Rng { .. } => return Err(no_derivative(self.b.function, inst, "its numbers are drawn, not computed")),
            Op::Composite(_) => return self.composite(id, inst, t),
            Op::OptimizationBarrier => return Ok(t.to_vec()),
            Op::Print(_) => return Ok(vec![]),
        };
        Ok(vec![one])
    }

    /// Emits another form of the same computation and differentiates the emitted instructions.
    fn through(&mut self, emit: impl FnOnce(&mut Builder<'f>) -> Result<Vec<ValueId>>) -> Result<Vec<Option<ValueId>>> {
        let before = self.insts_emitted().len();
        let values = emit(&mut self.b)?;
        let emitted = self.insts_emitted()[before..].to_vec();
        for id in emitted {
            self.inst(id, &FxHashSet::default())?;
        }
        Ok(values.iter().map(|v| self.tangents.get(v).copied()).collect())
    }

    /// Emits instructions before an instruction of the differentiated region.
    fn before<T>(&mut self, id: InstId, emit: impl FnOnce(&mut Builder<'f>) -> Result<T>) -> Result<T> {
        let aside = self.b.function.add_region();
        let here = std::mem::replace(&mut self.b.region, aside);
        let result = emit(&mut self.b);
        self.b.region = here;
        let emitted = std::mem::take(&mut self.b.function.region_mut(aside).insts);
        let insts = &mut self.b.function.region_mut(self.source).insts;
        let at = insts.iter().position(|&i| i == id).unwrap_or(insts.len());
        insts.splice(at..at, emitted);
        result
    }

    /// Moves the instructions that compute `values` before an instruction of the differentiated region. Then the
    /// instruction and its regions can use `values`. Returns false if they cannot move: then the tangents go to another
    /// region.
    fn hoist(&mut self, id: InstId, values: impl IntoIterator<Item = ValueId>) -> bool {
        if self.b.region != self.source {
            return false;
        }
        let f = &mut *self.b.function;
        let insts = f.region(self.source).insts.clone();
        let Some(at) = insts.iter().position(|&i| i == id) else { return false };
        let mut needed: FxHashSet<ValueId> = values.into_iter().collect();
        let (mut moved, mut rest) = (vec![], vec![]);
        for &later in insts[at + 1..].iter().rev() {
            if f.inst(later).results.iter().any(|v| needed.contains(v)) {
                needed.extend(edit::used(f, later));
                moved.push(later);
            } else {
                rest.push(later);
            }
        }
        if f.inst(id).results.iter().any(|v| needed.contains(v)) || moved.iter().any(|&i| f.has_effect(i)) {
            return false;
        }
        let order = insts[..at].iter().chain(moved.iter().rev()).chain([&id]).chain(rest.iter().rev());
        f.region_mut(self.source).insts = order.copied().collect();
        true
    }

    /// The captures of regions that have tangents, each paired with its tangent.
    fn captured(&self, regions: &[RegionId]) -> Vec<(ValueId, ValueId)> {
        let free = edit::captures(self.b.function, regions);
        free.into_iter().filter_map(|v| Some((v, *self.tangents.get(&v)?))).collect()
    }

    /// The positions of the active values.
    fn active(&self, values: &[ValueId]) -> Vec<usize> {
        (0..values.len()).filter(|&i| self.active.contains(&values[i])).collect()
    }

    fn insts_emitted(&self) -> &[InstId] {
        &self.b.function.region(self.b.region).insts
    }

    /// The tangent, or zeros of the shape of `value` if it is `None`.
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

    /// The tangent times a derivative. The derivative is emitted only if there is a tangent.
    fn times(&mut self, tangent: Option<ValueId>, derivative: impl FnOnce(&mut Builder<'f>) -> ValueId) -> Option<ValueId> {
        let tangent = tangent?;
        let derivative = derivative(&mut self.b);
        Some(self.b.mul(tangent, derivative))
    }
}

/// The first error of a region. The others are about the same derivative.
pub(in crate::transform) fn first(mut errors: Diagnostics) -> Diagnostic {
    errors.0.remove(0)
}

/// The error for an op without a derivative on the path.
fn no_derivative(f: &Function, inst: &Inst, why: &str) -> Diagnostic {
    let operands: Vec<String> = inst.operands.iter().map(|&v| f.shape(v).to_string()).collect();
    Diagnostic::new(Code::Gradient, format!("{} of {} has no derivative: {why}", inst.op.short_name(), operands.join(", ")))
        .note("compute the value in another way, or keep it out of what is differentiated")
}
