// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Differentiation of whole functions.

use crate::{Builder, Diagnostics, Donation, Function, ValueId};

/// The forward-mode derivative as a function. Its parameters are the parameters of `function`, then a tangent for each
/// floating-point or complex parameter. Its results are the results of `function`, then a tangent for each
/// floating-point or complex result.
///
/// # Errors
/// As [`jvp`](super::jvp).
pub fn jvp_function(function: &Function) -> Result<Function, Diagnostics> {
    let mut f = derived(function, "jvp");
    let inputs = paired_with_params(&mut f, &differentiable(function, function.params()));
    let outputs = differentiable(function, function.results());
    let tangents = super::jvp(&mut f, Function::BODY, 0, &inputs, &outputs)?;
    append_results(&mut f, &outputs, &tangents);
    Ok(f)
}

/// The reverse-mode derivative as a function. Its parameters are the parameters of `function`, then a cotangent for
/// each floating-point or complex result. Its results are the results of `function`, then a cotangent for each
/// floating-point or complex parameter.
///
/// # Errors
/// As [`vjp`](super::vjp).
pub fn vjp_function(function: &Function) -> Result<Function, Diagnostics> {
    let mut f = derived(function, "vjp");
    let outputs = paired_with_params(&mut f, &differentiable(function, function.results()));
    let wrt = differentiable(function, function.params());
    let cotangents = super::vjp(&mut f, Function::BODY, 0, &outputs, &wrt)?;
    append_results(&mut f, &wrt, &cotangents);
    Ok(f)
}

/// A copy of a function without donations: the results may be needed beside the arguments.
fn derived(function: &Function, what: &str) -> Function {
    let mut f = function.clone();
    f.name = format!("{}_{what}", function.name);
    f.donations.fill(Donation::Keep);
    f
}

fn differentiable(f: &Function, values: &[ValueId]) -> Vec<ValueId> {
    values.iter().copied().filter(|&v| f.shape(v).dtype.is_differentiable()).collect()
}

/// Adds a parameter of the shape of each value. Returns pairs of the value and the parameter.
fn paired_with_params(f: &mut Function, values: &[ValueId]) -> Vec<(ValueId, ValueId)> {
    let pair = |&v: &ValueId| {
        let shape = f.shape(v).clone();
        (v, f.add_param(shape, Donation::Keep))
    };
    values.iter().map(pair).collect()
}

/// Adds `values` to the results. Where a value is `None`, adds zeros of the shape of the value of `like` at its
/// position.
fn append_results(f: &mut Function, like: &[ValueId], values: &[Option<ValueId>]) {
    let mut results = f.results().to_vec();
    for (&like, &value) in like.iter().zip(values) {
        results.push(value.unwrap_or_else(|| Builder::new(f, Function::BODY).full_like(like, 0.0)));
    }
    f.set_results(results);
}
