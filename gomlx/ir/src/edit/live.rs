// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Liveness: the instructions that a function needs.

use crate::{Def, Entity, Function, RegionId, ValueId};

/// For each instruction, whether it has an effect or a result of the function depends on it.
pub(crate) fn live(function: &Function) -> Vec<bool> {
    let mut live = vec![false; function.num_insts()];
    mark(function, Function::BODY, &mut live);
    live
}

/// Marks the live instructions of a region, from the last to the first. It also marks captured values; the walk of the
/// outer region reaches their operands later.
fn mark(function: &Function, region: RegionId, live: &mut [bool]) {
    let need = |live: &mut [bool], value: ValueId| {
        if let Def::Result(inst, _) = function.value(value).def {
            live[inst.index()] = true;
        }
    };
    let region = function.region(region);
    for &result in &region.results {
        need(live, result);
    }
    for &id in region.insts.iter().rev() {
        live[id.index()] |= function.has_effect(id);
        if live[id.index()] {
            let inst = function.inst(id);
            for &operand in &inst.operands {
                need(live, operand);
            }
            for &inner in &inst.regions {
                mark(function, inner, live);
            }
        }
    }
}
