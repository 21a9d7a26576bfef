// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of composites: from their region, or from their own derivative.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{Jvp, Mode, first, no_derivative};
use crate::composite::{CHECKPOINT, CUSTOM, emit};
use crate::edit::{self, Effects};
use crate::transform::linearize_region;
use crate::{Builder, CustomDerivative, Derivative, Function, Inst, InstId, Op, RegionId, Result, ValueId};

impl Jvp<'_> {
    pub(super) fn composite(&mut self, id: InstId, inst: &Inst, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        let custom = match &inst.derivative {
            Derivative::Custom(custom) => custom,
            Derivative::Checkpoint if self.mode == Mode::Linearize => return self.checkpoint(id, inst, t),
            Derivative::Usual | Derivative::Stopped | Derivative::Checkpoint => {
                return self.through(|b| edit::inline_region(b.function, inst.regions[0], &inst.operands, b.region, Effects::Drop));
            }
        };
        match &**custom {
            CustomDerivative::Jvp { tangent, args } => self.custom_jvp(inst, tangent, *args, t),
            CustomDerivative::Vjp { forward, backward, args } if self.mode == Mode::Linearize => {
                self.custom_vjp(id, inst, [forward, backward], *args, t)
            }
            CustomDerivative::Vjp { .. } => Err(no_derivative(
                self.b.function,
                inst,
                "it has a reverse mode of its own, and no forward mode; give it one by custom_jvp, which serves both",
            )),
            CustomDerivative::Transpose { .. } => Err(no_derivative(self.b.function, inst, "it is part of a tape")),
        }
    }

    fn custom_jvp(&mut self, inst: &Inst, tangent: &Function, args: usize, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        self.check_args(inst, args, t)?;
        let mut operands = inst.operands.to_vec();
        for (i, &arg) in inst.operands[..args].iter().enumerate() {
            if self.b.shape(arg).dtype.is_differentiable() {
                operands.push(self.or_zeros(t[i], arg));
            }
        }
        let tangents = edit::inline(self.b.function, self.b.region, tangent, &operands);
        Ok(self.by_result(inst, &tangents))
    }

    /// Replaces the composite by its `forward`. The tangents come from a linear composite whose transpose is
    /// `backward`.
    fn custom_vjp(
        &mut self,
        id: InstId,
        inst: &Inst,
        [forward, backward]: [&Arc<Function>; 2],
        args: usize,
        t: &[Option<ValueId>],
    ) -> Result<Vec<Option<ValueId>>> {
        self.check_args(inst, args, t)?;
        let values = self.before(id, |b| Ok(edit::inline(b.function, b.region, forward, &inst.operands)))?;
        let (results, residuals) = values.split_at(inst.results.len());
        let mut operands = residuals.to_vec();
        let mut positions = vec![];
        let differentiable = (0..args).filter(|&i| self.b.shape(inst.operands[i]).dtype.is_differentiable());
        for (position, i) in differentiable.enumerate() {
            if let Some(t) = t[i] {
                operands.push(t);
                positions.push(position);
            }
        }
        let outputs: Vec<ValueId> = inst.results.iter().copied().filter(|&v| self.b.shape(v).dtype.is_differentiable()).collect();
        let region = stand_in(self.b.function, &operands, &outputs);
        let transpose = CustomDerivative::Transpose { backward: backward.clone(), residuals: residuals.len(), positions };
        let tangents = emit(&mut self.b, CUSTOM, Derivative::Custom(Arc::new(transpose)), &operands, region)?;
        let by_result = self.by_result(inst, &tangents);
        self.stand_for(inst, results, &by_result);
        Ok(by_result)
    }

    /// Emits the tangents as a checkpoint, which recomputes from its operands the values that the tangents need.
    fn checkpoint(&mut self, id: InstId, inst: &Inst, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        let body = inst.regions[0];
        let results = self.before(id, |b| edit::inline_region(b.function, body, &inst.operands, b.region, Effects::Drop))?;
        let whole = edit::copy_region(self.b.function, body, &mut edit::Map::default(), Effects::Drop)?;
        let linear = self.b.function.add_region();
        let params = self.b.function.region(whole).params.clone();
        let mut inputs = vec![];
        let mut operands = inst.operands.to_vec();
        for (&param, t) in params.iter().zip(t) {
            if let &Some(t) = t {
                let shape = self.b.shape(t).clone();
                inputs.push((param, self.b.function.add_region_param(whole, shape)));
                operands.push(t);
            }
        }
        let outputs = self.b.function.region(whole).results.clone();
        let (tangents, _) = linearize_region(self.b.function, whole, linear, &inputs, &outputs).map_err(first)?;
        let mut insts = std::mem::take(&mut self.b.function.region_mut(linear).insts);
        self.b.function.region_mut(whole).insts.append(&mut insts);
        self.b.function.region_mut(whole).results = tangents.iter().copied().flatten().collect();
        let mut by_result = vec![None; inst.results.len()];
        if tangents.iter().any(Option::is_some) {
            let mut given = emit(&mut self.b, CHECKPOINT, Derivative::Checkpoint, &operands, whole)?.into_iter();
            for (place, tangent) in by_result.iter_mut().zip(&tangents) {
                *place = tangent.and_then(|_| given.next());
            }
        }
        self.stand_for(inst, &results, &by_result);
        Ok(by_result)
    }

    /// Checks that no captured value has a tangent: the derivative covers the arguments only.
    fn check_args(&self, inst: &Inst, args: usize, t: &[Option<ValueId>]) -> Result<()> {
        if t[args..].iter().any(Option::is_some) {
            return Err(no_derivative(
                self.b.function,
                inst,
                "its own derivative is by its arguments, but it uses another value that is differentiated by; pass that as an argument",
            ));
        }
        Ok(())
    }

    /// Assigns the tangents to the floating-point and complex results, in order.
    fn by_result(&self, inst: &Inst, tangents: &[ValueId]) -> Vec<Option<ValueId>> {
        let mut next = tangents.iter().copied();
        inst.results.iter().map(|&v| if self.b.shape(v).dtype.is_differentiable() { next.next() } else { None }).collect()
    }

    /// Replaces the uses of the composite's results by equal values and records the tangents of these.
    fn stand_for(&mut self, inst: &Inst, values: &[ValueId], tangents: &[Option<ValueId>]) {
        let results: Vec<ValueId> = inst.results.to_vec();
        for ((result, &value), tangent) in results.into_iter().zip(values).zip(tangents) {
            edit::replace_uses(self.b.function, self.source, &[(result, value)]);
            self.tangents.extend(tangent.map(|t| (value, t)));
        }
    }
}

/// Inlines each composite on a path unless `keep` is true for it, and replaces uses of its results by the inlined
/// values. Returns pairs of a result and its replacement. Results that are `inputs` of the derivative are not replaced.
pub(super) fn flatten(
    f: &mut Function,
    region: RegionId,
    path: &[InstId],
    inputs: &FxHashSet<ValueId>,
    keep: impl Fn(&Inst) -> bool,
) -> Result<Vec<(ValueId, ValueId)>> {
    let mut all = vec![];
    for &id in path {
        let inst = f.inst(id).clone();
        if !matches!(inst.op, Op::Composite(_)) || keep(&inst) {
            continue;
        }
        let aside = f.add_region();
        let values = edit::inline_region(f, inst.regions[0], &inst.operands, aside, Effects::Drop)?;
        let emitted = std::mem::take(&mut f.region_mut(aside).insts);
        let insts = &mut f.region_mut(region).insts;
        let at = insts.iter().position(|&i| i == id).unwrap_or(insts.len());
        insts.splice(at..at, emitted);
        let results = inst.results.iter().copied().zip(values);
        let replaced: Vec<(ValueId, ValueId)> = results.filter(|(result, _)| !inputs.contains(result)).collect();
        edit::replace_uses(f, region, &replaced);
        all.extend(replaced);
    }
    Ok(all)
}

/// A region with a parameter for each operand that gives zeros of the shapes of `outputs`. It satisfies inference and
/// is never run.
fn stand_in(f: &mut Function, operands: &[ValueId], outputs: &[ValueId]) -> RegionId {
    let region = f.add_region();
    for &operand in operands {
        let shape = f.shape(operand).clone();
        f.add_region_param(region, shape);
    }
    let mut results = vec![];
    for &output in outputs {
        results.push(Builder::new(f, region).full_like(output, 0.0));
    }
    f.region_mut(region).results = results;
    region
}
