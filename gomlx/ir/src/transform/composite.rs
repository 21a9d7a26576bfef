// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Computations with a name: checkpoints, whose values the backward pass computes again, and those with derivatives of their own.
//!
//! Each is a `composite` of a region that uses nothing around it; what it used becomes further operands. A rule
//! for the derivative is regions that stand in no instruction, which are copied where they are used.

use super::{copy, replace};
use crate::{Builder, Composite, Diagnostics, Function, Location, Op, RegionId, Result, ValueId};

/// The name of a checkpoint.
pub const CHECKPOINT: &str = "gomlx.checkpoint";

/// The name of what has a derivative of its own.
pub const CUSTOM: &str = "gomlx.custom";

/// How a composite is differentiated, where that is not by what it computes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Reverse mode.
    Vjp {
        /// The operands to the results, then the residuals.
        forward: RegionId,
        /// The residuals, then a cotangent for each floating or complex result, to one for each floating or complex argument.
        backward: RegionId,
        /// How many of the operands are arguments; there is no derivative by the others.
        args: usize,
    },
    /// Forward mode, which reverse mode is made of.
    Jvp {
        /// The operands, then a tangent for each floating or complex argument, to one for each floating or complex result.
        tangent: RegionId,
        /// How many of the operands are arguments.
        args: usize,
    },
    /// On a tape: the linear map of which `backward` is the transpose.
    Linear {
        /// As that of `Vjp`.
        backward: RegionId,
        /// How many operands are residuals; tangents follow.
        residuals: usize,
        /// For each of those, the result of `backward` that is its cotangent.
        places: Vec<usize>,
    },
}

/// Makes a region use nothing around it: what it used it takes as further parameters. Gives what they stand for.
pub(super) fn close(f: &mut Function, region: RegionId) -> Vec<ValueId> {
    let free = copy::free(f, &[region]);
    for &value in &free {
        let shape = f.shape(value).clone();
        let param = f.add_region_param(region, shape);
        replace::uses_within(f, region, value, param);
    }
    free
}

/// Appends a checkpoint of a region on arguments: its values are not kept for the backward pass, which computes them again.
///
/// # Errors
/// If the arguments do not fit the region's parameters.
pub fn checkpoint(
    f: &mut Function,
    region: RegionId,
    body: RegionId,
    args: &[ValueId],
    location: Option<&Location>,
) -> Result<Vec<ValueId>, Diagnostics> {
    let captured = close(f, body);
    emit(f, region, CHECKPOINT, body, &[args, &captured].concat(), location)
}

/// Appends a computation with a reverse mode of its own.
///
/// `forward` takes the arguments to `results` results and then residuals; `backward` takes the residuals, then a cotangent for each floating or
/// complex result, to one for each floating or complex argument. Both may use values around them, by which there is no derivative.
///
/// # Errors
/// If the arguments do not fit the region's parameters.
pub fn custom_vjp(
    f: &mut Function,
    region: RegionId,
    [forward, backward]: [RegionId; 2],
    results: usize,
    args: &[ValueId],
    location: Option<&Location>,
) -> Result<Vec<ValueId>, Diagnostics> {
    let captured = close(f, forward);
    // What the backward takes from around it are residuals; they come before the cotangents.
    let later = close(f, backward);
    let region_of = f.region(backward).params.clone();
    let (own, taken) = region_of.split_at(region_of.len() - later.len());
    let residuals = f.region(forward).results.len() - results;
    let (before, cotangents) = own.split_at(residuals);
    f.region_mut(backward).params = [before, taken, cotangents].concat();
    f.renumber_params(backward);
    for &value in &later {
        let shape = f.shape(value).clone();
        let param = f.add_region_param(forward, shape);
        f.region_mut(forward).results.push(param);
    }
    let body = copy::region(f, forward, &mut copy::Map::default(), copy::Effects::Keep)?;
    f.region_mut(body).results.truncate(results);
    let values = emit(f, region, CUSTOM, body, &[args, &captured, &later].concat(), location)?;
    if let Some(&first) = values.first() {
        f.set_rule(first, Rule::Vjp { forward, backward, args: args.len() });
    }
    Ok(values)
}

/// Appends a computation with a forward mode of its own.
///
/// `tangent` takes the arguments, then a tangent for each floating or complex one, in which it is linear, to one for each floating or
/// complex result. Both regions may use values around them, by which there is no derivative.
///
/// # Errors
/// If the arguments do not fit the region's parameters.
pub fn custom_jvp(
    f: &mut Function,
    region: RegionId,
    [body, tangent]: [RegionId; 2],
    args: &[ValueId],
    location: Option<&Location>,
) -> Result<Vec<ValueId>, Diagnostics> {
    let captured = close(f, body);
    let later = close(f, tangent);
    // The operands are the arguments, what the body used, and what the rule did; then come the tangents.
    let own = f.region(tangent).params.clone();
    let (own, taken) = own.split_at(own.len() - later.len());
    let (own, tangents) = own.split_at(args.len());
    let mut unused = vec![];
    for &value in &captured {
        let shape = f.shape(value).clone();
        unused.push(f.add_region_param(tangent, shape));
    }
    f.region_mut(tangent).params = [own, &unused, taken, tangents].concat();
    f.renumber_params(tangent);
    for &value in &later {
        let shape = f.shape(value).clone();
        f.add_region_param(body, shape);
    }
    let values = emit(f, region, CUSTOM, body, &[args, &captured, &later].concat(), location)?;
    if let Some(&first) = values.first() {
        f.set_rule(first, Rule::Jvp { tangent, args: args.len() });
    }
    Ok(values)
}

fn emit(
    f: &mut Function,
    region: RegionId,
    name: &str,
    body: RegionId,
    operands: &[ValueId],
    location: Option<&Location>,
) -> Result<Vec<ValueId>, Diagnostics> {
    let mut b = Builder::new(f, region);
    b.location = location.cloned();
    let inst = b.emit_inst(named(name), operands, &[body])?;
    Ok(f.inst(inst).results.to_vec())
}

/// The op of a name.
pub(super) fn named(name: &str) -> Op {
    Op::Composite(Box::new(Composite { name: name.to_owned(), attributes: String::new(), version: 0 }))
}

/// Whether an op is a checkpoint.
pub(super) fn is_checkpoint(op: &Op) -> bool {
    matches!(op, Op::Composite(composite) if composite.name == CHECKPOINT)
}
