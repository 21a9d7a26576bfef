// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Copies a function instruction by instruction. A [`Rewrite`] may replace the results of an instruction by other
//! values. Dead instructions are left out.
//!
//! Invariant: marked instructions are copied, and the rewrite only sees the instructions in their regions.

use smallvec::SmallVec;

use super::live;
use crate::{Entity, Function, InstId, RegionId, ValueId};

/// Results of an instruction.
pub type Values = SmallVec<[ValueId; 1]>;

/// Decides how each instruction is copied or replaced.
pub trait Rewrite {
    /// Emits, in `region` of the target, the replacement of a source instruction, and returns the values that replace
    /// its results. `operands` are the counterparts of its operands. [`Rebuild::copy`] keeps the instruction.
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values;

    /// Called before a region is copied.
    fn enter(&mut self) {}

    /// Called after a region was copied.
    fn leave(&mut self) {}
}

/// A copy under construction.
pub struct Rebuild<'s> {
    /// The original.
    pub source: &'s Function,
    /// The copy.
    pub target: Function,
    map: Vec<Option<ValueId>>,
    live: Vec<bool>,
}

const MAPPED: &str = "a value is defined before it is used";

/// Copies a function with a rewrite.
pub fn rebuild(source: &Function, rewrite: &mut dyn Rewrite) -> Function {
    let target = Function::new(source.name.clone());
    let mut rebuild = Rebuild { source, target, map: vec![None; source.num_values()], live: live(source) };
    for (&param, &donation) in source.params().iter().zip(&source.donations) {
        let copy = rebuild.target.add_param(source.shape(param).clone(), donation);
        rebuild.bind(param, copy);
    }
    rebuild.region(rewrite, Function::BODY, Function::BODY);
    rebuild.target
}

/// Appends the instructions of a function, with its parameters replaced by arguments, to a region of another function.
/// Returns the results.
///
/// # Panics
/// If the arguments do not have the shapes of the parameters.
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

/// The rewrite that keeps every instruction.
pub(crate) struct Keep;

impl Rewrite for Keep {
    fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
        rebuild.copy(self, region, inst, operands)
    }
}

impl Rebuild<'_> {
    /// The counterpart, in the target, of a value of the source.
    pub fn mapped(&self, value: ValueId) -> Option<ValueId> {
        self.map[value.index()]
    }

    /// Copies an instruction with the given operands. The rewrite applies to its regions.
    pub fn copy(&mut self, rewrite: &mut dyn Rewrite, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
        let source = self.source;
        let inst = source.inst(inst);
        let regions: SmallVec<[RegionId; 2]> = inst.regions.iter().map(|&r| self.copy_region(rewrite, r)).collect();
        let copy = self.target.push_copy(region, inst, operands, &regions).expect("a value that stands for another has its shape");
        let results = self.target.inst(copy).results.clone();
        for (&from, &to) in inst.results.iter().zip(&results) {
            self.carry_name(from, to);
        }
        results
    }

    fn copy_region(&mut self, rewrite: &mut dyn Rewrite, region: RegionId) -> RegionId {
        let copy = self.target.add_region();
        for &param in &self.source.region(region).params {
            let mapped = self.target.add_region_param(copy, self.source.shape(param).clone());
            self.bind(param, mapped);
        }
        self.region(rewrite, region, copy);
        copy
    }

    /// Copies a region whose parameters are mapped.
    fn region(&mut self, rewrite: &mut dyn Rewrite, from: RegionId, to: RegionId) {
        let results = self.insts(rewrite, from, to);
        self.target.region_mut(to).results = results;
    }

    /// Copies the live instructions of a region. Returns the counterparts of its results.
    fn insts(&mut self, rewrite: &mut dyn Rewrite, from: RegionId, to: RegionId) -> Vec<ValueId> {
        rewrite.enter();
        let source = self.source;
        let region = source.region(from);
        for &id in &region.insts {
            if !self.live[id.index()] {
                continue;
            }
            let inst = source.inst(id);
            let operands: SmallVec<[ValueId; 4]> = inst.operands.iter().map(|&v| self.mapped(v).expect(MAPPED)).collect();
            // A rewrite that replaced a marked instruction would lose the mark.
            let is_marked = inst.derivative.is_marked();
            let values = if is_marked { self.copy(rewrite, to, id, &operands) } else { rewrite.inst(self, to, id, &operands) };
            for (&result, &value) in inst.results.iter().zip(&values) {
                debug_assert_eq!(source.shape(result), self.target.shape(value), "{} is replaced by another shape", inst.op.name());
                self.map[result.index()] = Some(value);
            }
        }
        rewrite.leave();
        region.results.iter().map(|&v| self.mapped(v).expect(MAPPED)).collect()
    }

    /// Maps a parameter to its copy.
    fn bind(&mut self, param: ValueId, copy: ValueId) {
        self.carry_name(param, copy);
        self.map[param.index()] = Some(copy);
    }

    fn carry_name(&mut self, from: ValueId, to: ValueId) {
        if let Some(name) = &self.source.value(from).name {
            self.target.set_name(to, name);
        }
    }
}
