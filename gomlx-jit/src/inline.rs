// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Composites as what they are made of: this backend has no kernel for any name.

use gomlx_ir::rewrite::{Rebuild, Rule, Values, inline, rebuild};
use gomlx_ir::{Donation, Function, Inst, InstId, Op, RegionId, Result, ValueId};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// The function with the region of every composite in its place.
pub(crate) fn inline_composites(function: &Function) -> Function {
    struct Inline;
    impl Rule for Inline {
        fn inst(&mut self, rebuild: &mut Rebuild<'_>, region: RegionId, inst: InstId, operands: &[ValueId]) -> Values {
            let source = rebuild.source.inst(inst);
            if !matches!(source.op, Op::Composite(_)) {
                return rebuild.copy(self, region, inst, operands);
            }
            let body = inline_composites(&of_region(rebuild.source, source.regions[0]));
            inline(&mut rebuild.target, region, &body, operands).into()
        }
    }
    rebuild(function, &mut Inline)
}

/// A function of a region's parameters that computes its results; the region uses nothing around it.
fn of_region(source: &Function, region: RegionId) -> Function {
    let mut target = Function::new("composite");
    let mut map = FxHashMap::default();
    for &param in &source.region(region).params {
        map.insert(param, target.add_param(source.shape(param).clone(), Donation::Keep));
    }
    for &id in &source.region(region).insts {
        copy(source, source.inst(id), &mut target, Function::BODY, &mut map).expect("an instruction that verified is valid anywhere");
    }
    let results = source.region(region).results.iter().map(|v| map[v]).collect();
    target.set_results(results);
    target
}

/// Copies an instruction with its regions into another function, where `map` has all that it uses.
///
/// # Errors
/// If inference refuses it there.
pub(crate) fn copy(
    source: &Function,
    inst: &Inst,
    target: &mut Function,
    to: RegionId,
    map: &mut FxHashMap<ValueId, ValueId>,
) -> Result<InstId> {
    let mut regions: SmallVec<[RegionId; 2]> = SmallVec::new();
    for &region in &inst.regions {
        let inner = target.add_region();
        for &param in &source.region(region).params {
            map.insert(param, target.add_region_param(inner, source.shape(param).clone()));
        }
        for &id in &source.region(region).insts {
            copy(source, source.inst(id), target, inner, map)?;
        }
        target.region_mut(inner).results = source.region(region).results.iter().map(|v| map[v]).collect();
        regions.push(inner);
    }
    let operands: SmallVec<[ValueId; 4]> = inst.operands.iter().map(|v| map[v]).collect();
    let id = target.push(to, inst.op.clone(), &operands, &regions, inst.location.as_ref())?;
    map.extend(inst.results.iter().copied().zip(target.inst(id).results.iter().copied()));
    Ok(id)
}
