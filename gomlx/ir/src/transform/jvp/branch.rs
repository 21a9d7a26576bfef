// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of `if` and `case`. In forward mode the branches give the tangents as further results, if the tangents of
//! their captures can move before the instruction. Otherwise, and in order to be transposed, the tangents get a second
//! branch on the same condition.

use super::{Jvp, Mode, first};
use crate::transform::residuals::Residuals;
use crate::transform::{linearize_region, sweep};
use crate::{Builder, Function, Inst, InstId, RegionId, Result, Shape, ValueId, edit};

impl Jvp<'_> {
    pub(super) fn branch(&mut self, id: InstId, inst: &Inst) -> Result<Vec<Option<ValueId>>> {
        let active = self.active(&inst.results);
        if self.mode == Mode::Forward && self.hoist_captured(id, inst) {
            return self.extended_branches(id, inst, &active);
        }
        let regions = match self.mode {
            Mode::Forward => self.forward_branches(inst, &active)?,
            Mode::Linearize => self.linear_branches(id, inst, &active)?,
        };
        let mut tangents = vec![None; inst.results.len()];
        if !active.is_empty() {
            let branch = self.b.emit_inst(inst.op.clone(), &inst.operands, &regions)?;
            for (&position, &tangent) in active.iter().zip(&self.b.function.inst(branch).results) {
                tangents[position] = Some(tangent);
            }
        }
        Ok(tangents)
    }

    /// Moves the tangents of the branches' captures before the instruction. Returns whether it could.
    fn hoist_captured(&mut self, id: InstId, inst: &Inst) -> bool {
        let captured = self.captured(&inst.regions);
        self.hoist(id, captured.into_iter().map(|(_, t)| t))
    }

    /// Extends the branches: they give the tangents as further results.
    fn extended_branches(&mut self, id: InstId, inst: &Inst, active: &[usize]) -> Result<Vec<Option<ValueId>>> {
        for &branch in &inst.regions {
            let inputs = self.captured(&[branch]);
            let outputs = at(&self.b.function.region(branch).results, active);
            let tangents = Jvp::run(self.b.function, Mode::Forward, branch, 0, branch, &inputs, &outputs).map_err(first)?;
            yield_tangents(self.b.function, branch, &outputs, &tangents);
        }
        let mut tangents = vec![None; inst.results.len()];
        for &position in active {
            let shape = self.b.shape(inst.results[position]).clone();
            tangents[position] = Some(self.b.function.add_result(id, shape));
        }
        Ok(tangents)
    }

    /// Copies of the branches that give the tangents alone.
    fn forward_branches(&mut self, inst: &Inst, active: &[usize]) -> Result<Vec<RegionId>> {
        let mut regions = vec![];
        for &branch in &inst.regions {
            let region = edit::copy_region(self.b.function, branch, &mut edit::Map::default(), edit::Effects::Drop)?;
            let inputs = self.captured(&[region]);
            let outputs = at(&self.b.function.region(region).results, active);
            let tangents = Jvp::run(self.b.function, Mode::Forward, region, 0, region, &inputs, &outputs).map_err(first)?;
            self.b.function.region_mut(region).results.clear();
            yield_tangents(self.b.function, region, &outputs, &tangents);
            regions.push(region);
        }
        Ok(regions)
    }

    /// Branches that are linear in the tangents. The original branches give the residuals as further results; a branch
    /// gives zeros for the residuals of the others.
    fn linear_branches(&mut self, id: InstId, inst: &Inst, active: &[usize]) -> Result<Vec<RegionId>> {
        let mut slots: Vec<Shape> = vec![];
        let mut branches = vec![];
        for &branch in &inst.regions {
            let made = self.b.function.num_insts();
            let linear = self.b.function.add_region();
            let inputs = self.captured(&[branch]);
            let outputs = at(&self.b.function.region(branch).results, active);
            let (tangents, residuals) = linearize_region(self.b.function, branch, linear, &inputs, &outputs).map_err(first)?;
            yield_tangents(self.b.function, linear, &outputs, &tangents);
            let chosen = Residuals::choose(self.b.function, branch, None, &residuals);
            let placed = place(self.b.function, &chosen.stored, &mut slots);
            branches.push((branch, linear, made, placed, chosen, residuals));
        }
        let given: Vec<ValueId> = slots.iter().map(|shape| self.b.function.add_result(id, shape.clone())).collect();
        let mut regions = vec![];
        for (branch, linear, made, placed, chosen, needed) in branches {
            for (slot, shape) in slots.iter().enumerate() {
                let value = match placed.iter().find(|&&(_, at)| at == slot) {
                    Some(&(residual, _)) => residual,
                    None => Builder::new(self.b.function, branch).full(shape, 0.0),
                };
                self.b.function.region_mut(branch).results.push(value);
            }
            let map: edit::Map = placed.into_iter().map(|(residual, slot)| (residual, given[slot])).collect();
            let aside = self.b.function.add_region();
            chosen.restore(self.b.function, linear, aside, map, &needed)?;
            let results = self.b.function.region(branch).results.clone();
            sweep(self.b.function, branch, made, results);
            regions.push(linear);
        }
        Ok(regions)
    }
}

/// Assigns each value of one branch to a slot, a further result of the value's shape. The branches share slots; new
/// ones are added to `slots` as needed.
fn place(f: &Function, values: &[ValueId], slots: &mut Vec<Shape>) -> Vec<(ValueId, usize)> {
    let mut placed: Vec<(ValueId, usize)> = vec![];
    for &value in values {
        let shape = f.shape(value);
        let free = (0..slots.len()).find(|&slot| slots[slot] == *shape && placed.iter().all(|&(_, taken)| taken != slot));
        let slot = free.unwrap_or_else(|| {
            slots.push(shape.clone());
            slots.len() - 1
        });
        placed.push((value, slot));
    }
    placed
}

/// The values at the given positions.
pub(super) fn at(values: &[ValueId], positions: &[usize]) -> Vec<ValueId> {
    positions.iter().map(|&i| values[i]).collect()
}

/// Adds tangents to the results of a region. Where a tangent is `None`, adds zeros of the shape of its value in `like`.
fn yield_tangents(f: &mut Function, region: RegionId, like: &[ValueId], tangents: &[Option<ValueId>]) {
    let mut results = f.region(region).results.clone();
    for (&like, &tangent) in like.iter().zip(tangents) {
        results.push(tangent.unwrap_or_else(|| Builder::new(f, region).full_like(like, 0.0)));
    }
    f.region_mut(region).results = results;
}
