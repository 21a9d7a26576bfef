// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Copying a function instruction by instruction, with a rule that may put other
//! values in the place of an instruction's results. What nothing uses is left out.

use smallvec::SmallVec;

use super::dce::live;
use crate::{Entity, Function, Inst, InstId, RegionId, ValueId};

/// Results of an instruction.
pub type Values = SmallVec<[ValueId; 1]>;

/// What becomes of each instruction.
pub trait Rule {
    /// Values of the target, in `region`, that stand for the results of a source instruction
    /// whose operands have become `operands`. [`Rebuild::copy`] keeps it as it is.
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values;

    /// A region's copy begins.
    fn enter(&mut self) {}

    /// It ends.
    fn leave(&mut self) {}
}

/// A copy being made.
pub struct Rebuild<'s> {
    /// What is copied.
    pub source: &'s Function,
    /// The copy.
    pub target: Function,
    map: Vec<Option<ValueId>>,
    live: Vec<bool>,
}

const MAPPED: &str = "a value is defined before it is used";

/// Copies a function by a rule.
pub fn rebuild(source: &Function, rule: &mut dyn Rule) -> Function {
    let mut target = Function::new(source.name.clone());
    let mut map = vec![None; source.num_values()];
    for (&param, &donation) in source.params().iter().zip(&source.donations) {
        let copy = target.add_param(source.shape(param).clone(), donation);
        if let Some(name) = &source.value(param).name {
            target.set_name(copy, name);
        }
        map[param.index()] = Some(copy);
    }
    let mut rebuild = Rebuild { source, target, map, live: live(source) };
    rebuild.region(rule, Function::BODY, Function::BODY);
    rebuild.target
}

impl Rebuild<'_> {
    /// The value of the target that a value of the source has become.
    pub fn mapped(&self, value: ValueId) -> Option<ValueId> {
        self.map[value.index()]
    }

    /// Copies an instruction with its regions, applying the rule in them, on other operands.
    pub fn copy(&mut self, rule: &mut dyn Rule, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
        let source = self.source;
        let inst = source.inst(inst);
        let regions: SmallVec<[RegionId; 2]> = inst.regions.iter().map(|&r| self.copy_region(rule, r)).collect();
        let copy = self
            .target
            .push(region, inst.op.clone(), operands, &regions, inst.location.as_ref())
            .expect("what stands for an operand has its shape");
        let results = self.target.inst(copy).results.clone();
        self.copy_names(inst, &results);
        results
    }

    fn copy_region(&mut self, rule: &mut dyn Rule, region: RegionId) -> RegionId {
        let copy = self.target.add_region();
        for &param in &self.source.region(region).params {
            let mapped = self.target.add_region_param(copy, self.source.shape(param).clone());
            if let Some(name) = &self.source.value(param).name {
                self.target.set_name(mapped, name);
            }
            self.map[param.index()] = Some(mapped);
        }
        self.region(rule, region, copy);
        copy
    }

    /// The live instructions and the results of a region whose parameters are mapped.
    fn region(&mut self, rule: &mut dyn Rule, from: RegionId, to: RegionId) {
        rule.enter();
        let source = self.source;
        let region = source.region(from);
        for &id in &region.insts {
            if !self.live[id.index()] {
                continue;
            }
            let inst = source.inst(id);
            let operands: SmallVec<[ValueId; 4]> = inst.operands.iter().map(|&v| self.mapped(v).expect(MAPPED)).collect();
            let values = rule.inst(self, to, id, &operands);
            for (&result, &value) in inst.results.iter().zip(&values) {
                debug_assert_eq!(source.shape(result), self.target.shape(value), "{} is replaced by another shape", inst.op.name());
                self.map[result.index()] = Some(value);
            }
        }
        let results = region.results.iter().map(|&v| self.mapped(v).expect(MAPPED)).collect();
        self.target.region_mut(to).results = results;
        rule.leave();
    }

    fn copy_names(&mut self, inst: &Inst, results: &[ValueId]) {
        for (&from, &to) in inst.results.iter().zip(results) {
            if let Some(name) = &self.source.value(from).name {
                self.target.set_name(to, name);
            }
        }
    }
}
