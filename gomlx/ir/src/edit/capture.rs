// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Captures: the values from outside that regions use.

use rustc_hash::FxHashSet;

use super::replace_uses;
use crate::{Function, InstId, RegionId, ValueId};

/// The values that regions use and do not define, in the order of their first use.
pub fn captures(f: &Function, regions: &[RegionId]) -> Vec<ValueId> {
    let mut search = Search { f, defined: FxHashSet::default(), seen: FxHashSet::default(), captures: vec![] };
    for &region in regions {
        search.region(region);
    }
    search.captures
}

/// The values that an instruction uses: its operands, then the captures of its regions.
pub fn used(f: &Function, id: InstId) -> Vec<ValueId> {
    let inst = f.inst(id);
    let mut values = inst.operands.to_vec();
    if !inst.regions.is_empty() {
        values.extend(captures(f, &inst.regions));
    }
    values
}

/// Turns the captures of a region into parameters. Returns the captured values, in the order of the new parameters.
pub fn close(f: &mut Function, region: RegionId) -> Vec<ValueId> {
    let captured = captures(f, &[region]);
    let mut replaced = vec![];
    for &value in &captured {
        let shape = f.shape(value).clone();
        replaced.push((value, f.add_region_param(region, shape)));
    }
    replace_uses(f, region, &replaced);
    captured
}

struct Search<'f> {
    f: &'f Function,
    defined: FxHashSet<ValueId>,
    seen: FxHashSet<ValueId>,
    captures: Vec<ValueId>,
}

impl Search<'_> {
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
            self.captures.push(value);
        }
    }
}
