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

/// Puts a copy of a function's body at the end of a region of another, on arguments; its results.
///
/// # Panics
/// If the arguments do not have the parameters' shapes.
pub fn inline(target: &mut Function, region: RegionId, source: &Function, args: &[ValueId]) -> Vec<ValueId> {
    let mut map = vec![None; source.num_values()];
    assert_eq!(source.params().len(), args.len(), "an argument for each parameter");
    for (&param, &arg) in source.params().iter().zip(args) {
        assert_eq!(source.shape(param), target.shape(arg), "an argument has its parameter's shape");
        map[param.index()] = Some(arg);
    }
    let whole = std::mem::replace(target, Function::new(""));
    let mut rebuild = Rebuild { source, target: whole, map, live: live(source) };
    let results = rebuild.insts(&mut Keep, Function::BODY, region);
    *target = rebuild.target;
    results
}

/// The rule that keeps every instruction.
pub(super) struct Keep;

impl Rule for Keep {
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
        rebuild.copy(self, region, inst, operands)
    }
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

    /// A region whose parameters are mapped.
    fn region(&mut self, rule: &mut dyn Rule, from: RegionId, to: RegionId) {
        let results = self.insts(rule, from, to);
        self.target.region_mut(to).results = results;
    }

    /// The live instructions of a region; what its results have become.
    fn insts(&mut self, rule: &mut dyn Rule, from: RegionId, to: RegionId) -> Vec<ValueId> {
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
        rule.leave();
        region.results.iter().map(|&v| self.mapped(v).expect(MAPPED)).collect()
    }

    fn copy_names(&mut self, inst: &Inst, results: &[ValueId]) {
        for (&from, &to) in inst.results.iter().zip(results) {
            if let Some(name) = &self.source.value(from).name {
                self.target.set_name(to, name);
            }
        }
    }
}
