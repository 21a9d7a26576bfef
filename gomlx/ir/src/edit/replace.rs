// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Uses of values made uses of others, in place.

use crate::{Function, RegionId, ValueId};

/// In a region and the regions within it, makes each use of the first value of a pair a use of the second.
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
