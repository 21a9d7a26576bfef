// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Uses of a value made uses of another, in place.

use crate::{Function, RegionId, ValueId};

/// In a region and the ones within it.
pub(super) fn uses_within(f: &mut Function, region: RegionId, from: ValueId, to: ValueId) {
    for id in f.region(region).insts.clone() {
        let inst = f.inst_mut(id);
        inst.operands.iter_mut().filter(|v| **v == from).for_each(|v| *v = to);
        for inner in inst.regions.clone() {
            uses_within(f, inner, from, to);
        }
    }
    f.region_mut(region).results.iter_mut().filter(|v| **v == from).for_each(|v| *v = to);
}
