// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parts of a function as functions of their own.

use super::captures;
use super::copy::{Copier, Effects, Map};
use crate::{Donation, Function, Inst, RegionId, Result, ValueId};

/// Copies a region into a function with the same parameters and results. The region must capture nothing.
///
/// # Errors
/// If inference refuses an instruction. This does not happen for a verified function.
pub fn extract_region(source: &Function, region: RegionId, effects: Effects) -> Result<Function> {
    let region = source.region(region);
    let mut target = Function::new(source.name.clone());
    let mut map = add_params(source, &region.params, &mut target);
    Copier { source: Some(source), target: &mut target, map: &mut map, effects }.insts(&region.insts, Function::BODY)?;
    target.set_results(region.results.iter().map(|v| map[v]).collect());
    Ok(target)
}

/// Copies one instruction into a function. Returns the function and its arguments: each value that the instruction
/// uses, once.
///
/// # Errors
/// If inference refuses the instruction. This does not happen for a verified function.
pub fn extract_inst(source: &Function, inst: &Inst) -> Result<(Function, Vec<ValueId>)> {
    let mut args: Vec<ValueId> = vec![];
    for value in inst.operands.iter().copied().chain(captures(source, &inst.regions)) {
        if !args.contains(&value) {
            args.push(value);
        }
    }
    let mut target = Function::new(inst.op.short_name());
    let mut map = add_params(source, &args, &mut target);
    Copier { source: Some(source), target: &mut target, map: &mut map, effects: Effects::Keep }.inst(inst, Function::BODY)?;
    target.set_results(inst.results.iter().map(|v| map[v]).collect());
    Ok((target, args))
}

/// Adds a parameter for each value.
fn add_params(source: &Function, values: &[ValueId], target: &mut Function) -> Map {
    values.iter().map(|&v| (v, target.add_param(source.shape(v).clone(), Donation::Keep))).collect()
}
