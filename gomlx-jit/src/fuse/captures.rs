// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The values that the regions of an instruction use from around it.

use gomlx_ir::{Function, Inst, RegionId, ValueId};
use rustc_hash::FxHashSet;

/// What the regions of an instruction use from around it, each once.
pub(crate) fn captures(function: &Function, inst: &Inst) -> Vec<ValueId> {
    let mut found = vec![];
    if !inst.regions.is_empty() {
        let mut inside = FxHashSet::default();
        inst.regions.iter().for_each(|&r| collect(function, r, &mut inside, &mut found));
    }
    found
}

fn collect(function: &Function, region: RegionId, inside: &mut FxHashSet<ValueId>, found: &mut Vec<ValueId>) {
    let region = function.region(region);
    inside.extend(&region.params);
    let mut used = |value: ValueId, inside: &FxHashSet<ValueId>| {
        if !inside.contains(&value) && !found.contains(&value) {
            found.push(value);
        }
    };
    for &id in &region.insts {
        let inst = function.inst(id);
        inst.operands.iter().for_each(|&v| used(v, inside));
        inside.extend(&inst.results);
    }
    region.results.iter().for_each(|&v| used(v, inside));
    for &id in &region.insts {
        function.inst(id).regions.iter().for_each(|&r| collect(function, r, inside, found));
    }
}
