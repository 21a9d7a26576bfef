// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Composites with a derivative of their own: checkpoints, whose values the backward pass recomputes, and computations
//! with a custom derivative.
//!
//! Invariant: the region of such a composite captures nothing. Values that it captured become further operands.

use std::sync::Arc;

use crate::edit::{Effects, close, extract_region};
use crate::{Builder, Composite, CustomDerivative, Derivative, Diagnostics, Function, Location, Op, RegionId, Result, ValueId};

/// The name of a composite that is a checkpoint.
pub const CHECKPOINT: &str = crate::function::CHECKPOINT;

/// The name of a composite with a custom derivative.
pub const CUSTOM: &str = "gomlx.custom";

/// Appends a checkpoint: a composite that applies the region `body` to arguments. The backward pass recomputes the
/// values of `body`, which are not kept.
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
    let mut b = Builder { function: f, region, location: location.cloned() };
    Ok(emit(&mut b, CHECKPOINT, Derivative::Checkpoint, &[args, &captured].concat(), body)?)
}

/// Appends a computation with a custom reverse mode.
///
/// The region `forward` takes the arguments and gives `results` results, then residuals. The region `backward` takes
/// the residuals, then a cotangent for each floating-point or complex result, and gives a cotangent for each
/// floating-point or complex argument. Both regions may capture values; the derivative with respect to captured values
/// does not exist.
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
    // The captures of `backward` are further residuals and come before the cotangents.
    let captured_later = close(f, backward);
    let params = f.region(backward).params.clone();
    let (own, taken) = params.split_at(params.len() - captured_later.len());
    let (residuals, cotangents) = own.split_at(f.region(forward).results.len() - results);
    f.order_region_params(backward, &[residuals, taken, cotangents].concat());
    for &value in &captured_later {
        let shape = f.shape(value).clone();
        let param = f.add_region_param(forward, shape);
        f.region_mut(forward).results.push(param);
    }
    let derivative = CustomDerivative::Vjp {
        // The composite has the effects; this copy runs beside it.
        forward: Arc::new(extract_region(f, forward, Effects::Drop)?),
        backward: Arc::new(extract_region(f, backward, Effects::Keep)?),
        args: args.len(),
    };
    f.region_mut(forward).results.truncate(results);
    let mut b = Builder { function: f, region, location: location.cloned() };
    let operands = [args, &captured, &captured_later].concat();
    Ok(emit(&mut b, CUSTOM, Derivative::Custom(Arc::new(derivative)), &operands, forward)?)
}

/// Appends a computation with a custom forward mode.
///
/// The region `tangent` takes the arguments, then a tangent for each floating-point or complex argument. It is linear
/// in these tangents and gives a tangent for each floating-point or complex result. Both regions may capture values;
/// the derivative with respect to captured values does not exist.
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
    let captured_later = close(f, tangent);
    // The operands are the arguments, the captures of the body and the captures of `tangent`; then come the tangents.
    let params = f.region(tangent).params.clone();
    let (own, taken) = params.split_at(params.len() - captured_later.len());
    let (own, tangents) = own.split_at(args.len());
    let mut unused = vec![];
    for &value in &captured {
        let shape = f.shape(value).clone();
        unused.push(f.add_region_param(tangent, shape));
    }
    f.order_region_params(tangent, &[own, &unused, taken, tangents].concat());
    for &value in &captured_later {
        let shape = f.shape(value).clone();
        f.add_region_param(body, shape);
    }
    let tangent = Arc::new(extract_region(f, tangent, Effects::Keep)?);
    let derivative = CustomDerivative::Jvp { tangent, args: args.len() };
    let mut b = Builder { function: f, region, location: location.cloned() };
    let operands = [args, &captured, &captured_later].concat();
    Ok(emit(&mut b, CUSTOM, Derivative::Custom(Arc::new(derivative)), &operands, body)?)
}

/// Appends a composite with a derivative mark. Returns its results.
pub(crate) fn emit(b: &mut Builder<'_>, name: &str, derivative: Derivative, operands: &[ValueId], body: RegionId) -> Result<Vec<ValueId>> {
    let op = Op::Composite(Box::new(Composite { name: name.to_owned(), attributes: String::new(), version: 0 }));
    let inst = b.function.push_marked(b.region, op, operands, &[body], derivative, b.location.as_ref())?;
    Ok(b.function.inst(inst).results.to_vec())
}
