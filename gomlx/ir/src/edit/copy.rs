// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Copies of instructions and regions, within a function or from another one.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::{Function, Inst, InstId, RegionId, Result, ValueId};

/// The counterparts in the copy of values of the original.
pub type Map = FxHashMap<ValueId, ValueId>;

/// The treatment, in copies, of instructions with an effect, such as `print`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effects {
    /// They are left out. The original runs too, and recomputing its values must not print again.
    Drop,
    /// They are copied. The copy replaces the original.
    Keep,
}

/// The counterpart of a value, which is the value itself where the map has none.
pub fn mapped(map: &Map, value: ValueId) -> ValueId {
    map.get(&value).copied().unwrap_or(value)
}

/// Appends copies of instructions to a region of the same function and adds their results to the map. Values without a
/// counterpart stay themselves.
///
/// # Errors
/// If an op cannot take the counterparts of its operands.
pub fn copy_insts(f: &mut Function, ids: &[InstId], to: RegionId, map: &mut Map, effects: Effects) -> Result<()> {
    Copier { source: None, target: f, map, effects }.insts(ids, to)
}

/// Copies a region of a function. Values without a counterpart stay themselves.
///
/// # Errors
/// If an op cannot take the counterparts of its operands.
pub fn copy_region(f: &mut Function, region: RegionId, map: &mut Map, effects: Effects) -> Result<RegionId> {
    Copier { source: None, target: f, map, effects }.region(region)
}

/// Appends the instructions of a region, with its parameters replaced by arguments, to another region of the same
/// function. Returns the results.
///
/// # Errors
/// If an op cannot take the arguments.
pub fn inline_region(f: &mut Function, from: RegionId, args: &[ValueId], to: RegionId, effects: Effects) -> Result<Vec<ValueId>> {
    let source = f.region(from).clone();
    let mut map: Map = source.params.iter().copied().zip(args.iter().copied()).collect();
    copy_insts(f, &source.insts, to, &mut map, effects)?;
    Ok(source.results.iter().map(|&v| mapped(&map, v)).collect())
}

/// Copies a region of another function, which captures nothing.
///
/// # Errors
/// If inference refuses an instruction. This does not happen for a verified function.
pub(crate) fn copy_region_from(source: &Function, region: RegionId, target: &mut Function) -> Result<RegionId> {
    Copier { source: Some(source), target, map: &mut Map::default(), effects: Effects::Keep }.region(region)
}

/// Copies instructions to one function from another, or from itself.
pub(super) struct Copier<'a> {
    /// The function of the originals; `None` if it is the target.
    pub(super) source: Option<&'a Function>,
    pub(super) target: &'a mut Function,
    pub(super) map: &'a mut Map,
    pub(super) effects: Effects,
}

impl Copier<'_> {
    fn source(&self) -> &Function {
        self.source.unwrap_or(self.target)
    }

    /// The counterpart of a value.
    ///
    /// # Panics
    /// If the value belongs to another function and was not copied.
    fn value(&self, value: ValueId) -> ValueId {
        match (self.map.get(&value), self.source) {
            (Some(&copy), _) => copy,
            (None, None) => value,
            (None, Some(_)) => panic!("{value} of another function is used before it is copied"),
        }
    }

    /// Appends copies of instructions to a region of the target.
    pub(super) fn insts(&mut self, ids: &[InstId], to: RegionId) -> Result<()> {
        for &id in ids {
            let inst = self.source().inst(id).clone();
            self.inst(&inst, to)?;
        }
        Ok(())
    }

    /// Appends a copy of an instruction to a region of the target.
    pub(super) fn inst(&mut self, inst: &Inst, to: RegionId) -> Result<()> {
        if self.effects == Effects::Drop && inst.op.has_effect() {
            return Ok(());
        }
        let operands: SmallVec<[ValueId; 4]> = inst.operands.iter().map(|&v| self.value(v)).collect();
        let regions: SmallVec<[RegionId; 2]> = inst.regions.iter().map(|&r| self.region(r)).collect::<Result<_>>()?;
        let copy = self.target.push_copy(to, inst, &operands, &regions)?;
        for (i, &result) in inst.results.iter().enumerate() {
            self.bind(result, self.target.inst(copy).results[i]);
        }
        Ok(())
    }

    /// Adds a copy of a region to the target.
    fn region(&mut self, from: RegionId) -> Result<RegionId> {
        let region = self.source().region(from).clone();
        let to = self.target.add_region();
        for &param in &region.params {
            let shape = self.source().shape(param).clone();
            let copy = self.target.add_region_param(to, shape);
            self.bind(param, copy);
        }
        self.insts(&region.insts, to)?;
        self.target.region_mut(to).results = region.results.iter().map(|&v| self.value(v)).collect();
        Ok(to)
    }

    /// Makes a value of the target the counterpart of one of the source.
    fn bind(&mut self, original: ValueId, copy: ValueId) {
        if let Some(name) = self.source().value(original).name.clone() {
            self.target.set_name(copy, &name);
        }
        self.map.insert(original, copy);
    }
}
