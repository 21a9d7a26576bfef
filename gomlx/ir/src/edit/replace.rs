// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Replaces uses of values, in place.

use crate::{Function, RegionId, ValueId};

/// Replaces each use of the first value of a pair by the second value, in a region and the regions within it.
pub fn replace_uses(f: &mut Function, region: RegionId, replaced: &[(ValueId, ValueId)]) {
    if replaced.is_empty() {
        return;
    }
    let replace = |value: &mut ValueId| {
        if let Some(&(_, new)) = replaced.iter().find(|(old, _)| old == value) {
            *value = new;
        }
    };
    f.region_mut(region).results.iter_mut().for_each(replace);
    for i in 0..f.region(region).insts.len() {
        let inst = f.inst_mut(f.region(region).insts[i]);
        inst.operands.iter_mut().for_each(replace);
        for inner in inst.regions.clone() {
            replace_uses(f, inner, replaced);
        }
    }
}
