// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Copies of instructions within a function, and which values regions take from around them.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Function, InstId, RegionId, Result, ValueId};

/// What values have become in a copy; those that are missing stay themselves.
pub(super) type Map = FxHashMap<ValueId, ValueId>;

/// What becomes of instructions with an effect, such as `print`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effects {
    /// They stay behind: the original runs too, and what is only computed again is not done again.
    Drop,
    /// They come along: the copy takes the original's place.
    Keep,
}

/// What a value has become.
pub(super) fn mapped(map: &Map, value: ValueId) -> ValueId {
    map.get(&value).copied().unwrap_or(value)
}

/// Appends copies of instructions to a region; their results join the map.
pub(super) fn insts(f: &mut Function, ids: &[InstId], to: RegionId, map: &mut Map, effects: Effects) -> Result<()> {
    for &id in ids {
        let inst = f.inst(id).clone();
        if effects == Effects::Drop && inst.op.has_effect() {
            continue;
        }
        let operands: Vec<ValueId> = inst.operands.iter().map(|&v| mapped(map, v)).collect();
        let regions: Vec<RegionId> = inst.regions.iter().map(|&r| region(f, r, map, effects)).collect::<Result<_>>()?;
        let copy = f.push(to, inst.op.clone(), &operands, &regions, inst.location.as_ref())?;
        for (i, &result) in inst.results.iter().enumerate() {
            let value = f.inst(copy).results[i];
            carry(f, result, value);
            map.insert(result, value);
        }
    }
    Ok(())
}

/// A copy of a region.
pub(super) fn region(f: &mut Function, from: RegionId, map: &mut Map, effects: Effects) -> Result<RegionId> {
    let source = f.region(from).clone();
    let to = f.add_region();
    for &param in &source.params {
        let shape = f.shape(param).clone();
        let value = f.add_region_param(to, shape);
        carry(f, param, value);
        map.insert(param, value);
    }
    insts(f, &source.insts, to, map, effects)?;
    f.region_mut(to).results = source.results.iter().map(|&v| mapped(map, v)).collect();
    Ok(to)
}

/// Appends a copy of a region's body on arguments; its results.
pub(super) fn inline(f: &mut Function, from: RegionId, args: &[ValueId], to: RegionId, effects: Effects) -> Result<Vec<ValueId>> {
    let source = f.region(from).clone();
    let mut map: Map = source.params.iter().copied().zip(args.iter().copied()).collect();
    insts(f, &source.insts, to, &mut map, effects)?;
    Ok(source.results.iter().map(|&v| mapped(&map, v)).collect())
}

/// A copy is to derivatives what its original is.
fn carry(f: &mut Function, from: ValueId, to: ValueId) {
    if f.is_stopped(from) {
        f.stop_gradient(to);
    }
    if let Some(rule) = f.rule(from).cloned() {
        f.set_rule(to, rule);
    }
    if let Some(name) = f.value(from).name.clone() {
        f.set_name(to, &name);
    }
}

/// The values that regions use and do not define, in order of use.
pub(super) fn free(f: &Function, regions: &[RegionId]) -> Vec<ValueId> {
    let mut found = Free { f, defined: FxHashSet::default(), seen: FxHashSet::default(), values: vec![] };
    for &region in regions {
        found.region(region);
    }
    found.values
}

/// The values that an instruction uses: its operands, and what its regions take from around them.
pub(super) fn used(f: &Function, id: InstId) -> Vec<ValueId> {
    let inst = f.inst(id);
    let mut values = inst.operands.to_vec();
    if !inst.regions.is_empty() {
        values.extend(free(f, &inst.regions));
    }
    values
}

struct Free<'f> {
    f: &'f Function,
    defined: FxHashSet<ValueId>,
    seen: FxHashSet<ValueId>,
    values: Vec<ValueId>,
}

impl Free<'_> {
    fn region(&mut self, id: RegionId) {
        let region = self.f.region(id);
        self.defined.extend(&region.params);
        for &id in &region.insts {
            let inst = self.f.inst(id);
            inst.operands.iter().for_each(|&v| self.uses(v));
            inst.regions.iter().for_each(|&r| self.region(r));
            self.defined.extend(&inst.results);
        }
        region.results.iter().for_each(|&v| self.uses(v));
    }

    fn uses(&mut self, value: ValueId) {
        if !self.defined.contains(&value) && self.seen.insert(value) {
            self.values.push(value);
        }
    }
}
