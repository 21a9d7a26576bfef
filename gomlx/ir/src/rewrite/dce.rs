// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Dead code: instructions whose results nothing uses, and that do nothing else.

use super::rebuild::{Keep, rebuild};
use crate::{Def, Entity, Function, RegionId, ValueId};

/// The function without what does not lead to a result.
pub fn dce(function: &Function) -> Function {
    rebuild(function, &mut Keep)
}

/// For each instruction, whether a result of the function depends on it, or an effect.
pub(super) fn live(function: &Function) -> Vec<bool> {
    let mut live = vec![false; function.num_insts()];
    mark(function, Function::BODY, &mut live);
    live
}

/// Marks what a region's results depend on, which may lie in regions around it: those are marked
/// further once the walk, from last to first, comes to them.
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
