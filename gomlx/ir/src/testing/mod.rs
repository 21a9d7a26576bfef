// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The table of cases that every backend runs and compares with the evaluator: ops x element types x shapes, including
//! empty shapes, single elements and odd sizes.
//!
//! Invariant: a case is a verified module with static shapes. On its inputs, every correct backend agrees with the
//! evaluator within the tolerances of [`check`].

mod complex;
mod contract;
mod control;
mod elementwise;
mod factor;
mod found;
mod fused;
mod index;
mod linalg;
mod movement;
mod narrow;
mod norm;
mod order;
mod reduce;
mod values;
mod window;

pub use values::{complex, from_f64, uniform};

use crate::{Builder, DType, Donation, Function, HostTensor, Module, ValueId};

/// A module and the inputs to run it on.
pub struct Case {
    /// The name of the tested op and variant: `add_f32`, `dot_general_batched_f32`.
    pub name: String,
    /// The module.
    pub module: Module,
    /// One tensor for each parameter of the entry.
    pub inputs: Vec<HostTensor>,
}

/// Every case.
pub fn cases() -> Vec<Case> {
    let mut cases = vec![];
    elementwise::cases(&mut cases);
    movement::cases(&mut cases);
    reduce::cases(&mut cases);
    window::cases(&mut cases);
    contract::cases(&mut cases);
    index::cases(&mut cases);
    fused::cases(&mut cases);
    control::cases(&mut cases);
    norm::cases(&mut cases);
    narrow::cases(&mut cases);
    complex::cases(&mut cases);
    order::cases(&mut cases);
    linalg::cases(&mut cases);
    factor::cases(&mut cases);
    found::cases(&mut cases);
    cases
}

/// The element types that every backend supports: all except complex ones.
pub const DTYPES: [DType; 13] = [
    DType::Bool,
    DType::I8,
    DType::I16,
    DType::I32,
    DType::I64,
    DType::U8,
    DType::U16,
    DType::U32,
    DType::U64,
    DType::F16,
    DType::BF16,
    DType::F32,
    DType::F64,
];

/// Builds a case with one parameter for each input, of the same shape.
///
/// # Panics
/// If `build` panics.
pub fn case(name: impl Into<String>, inputs: Vec<HostTensor>, build: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> Vec<ValueId>) -> Case {
    let name = name.into();
    let mut function = Function::new(name.clone());
    let params: Vec<ValueId> = inputs.iter().map(|input| function.add_param(input.shape(), Donation::Keep)).collect();
    let results = build(&mut Builder::new(&mut function, Function::BODY), &params);
    function.set_results(results);
    Case { name, module: Module::new(function), inputs }
}

/// One case that computes several cases side by side. Its inputs and results are theirs, concatenated.
pub fn merged(cases: &[&Case]) -> Case {
    let inputs = cases.iter().flat_map(|c| c.inputs.iter().cloned()).collect();
    case("merged", inputs, |b, params| {
        let mut rest = params;
        let mut results = vec![];
        for case in cases {
            let (args, after) = rest.split_at(case.inputs.len());
            rest = after;
            results.extend(crate::edit::inline(b.function, b.region, case.module.main(), args));
        }
        results
    })
}

/// Compares results with the evaluator's: integers exactly, floating point within the relative and absolute error that
/// StableHLO's own tests allow (f64 1e-9, f32 2e-5, f16 4e-3, bf16 2e-2). NaN equals NaN.
///
/// # Errors
/// If a result differs. The error gives the position and values of the worst difference.
pub fn check(got: &[HostTensor], expected: &[HostTensor]) -> Result<(), String> {
    if got.len() != expected.len() {
        return Err(format!("{} results instead of {}", got.len(), expected.len()));
    }
    got.iter()
        .zip(expected)
        .enumerate()
        .try_for_each(|(i, (got, expected))| check_one(got, expected).map_err(|e| format!("result {i}: {e}")))
}

fn check_one(got: &HostTensor, expected: &HostTensor) -> Result<(), String> {
    if got.shape() != expected.shape() {
        return Err(format!("{} instead of {}", got.shape(), expected.shape()));
    }
    let tolerance = match expected.dtype() {
        DType::F64 | DType::C128 => 1e-9,
        DType::F32 | DType::C64 => 2e-5,
        DType::F16 => 4e-3,
        DType::BF16 => 2e-2,
        _ if got == expected => return Ok(()),
        _ => 0.0,
    };
    let mut worst: Option<(f64, String)> = None;
    let per_element = if expected.dtype().is_complex() { 2 } else { 1 };
    let (got, wanted) = (parts(got), parts(expected));
    for (i, (g, e)) in got.iter().zip(&wanted).enumerate() {
        if g == e || (g.is_nan() && e.is_nan()) {
            continue;
        }
        // The error of one part is relative to the magnitude of the complex number.
        let whole = &wanted[i - i % per_element..][..per_element];
        let size = whole.iter().fold(0.0, |size: f64, x| size.hypot(*x));
        let error = (g - e).abs() / if size.is_finite() { size.max(1.0) } else { 1.0 };
        let error = if error.is_nan() { f64::INFINITY } else { error };
        if error > tolerance && worst.as_ref().is_none_or(|(w, _)| error > *w) {
            worst = Some((error, format!("element {} of {} is {g} instead of {e}", i / per_element, expected.shape())));
        }
    }
    worst.map_or(Ok(()), |(_, message)| Err(message))
}

/// The elements of a tensor, or both parts of each complex element.
fn parts(x: &HostTensor) -> Vec<f64> {
    if !x.dtype().is_complex() {
        return x.to_f64_vec();
    }
    let size = x.dtype().real().size();
    let reals = x.bytes().chunks_exact(size).map(|part| HostTensor::from_bytes(x.dtype().real(), &[], part).expect("one part"));
    reals.map(|part| part.to_f64_vec()[0]).collect()
}

#[cfg(test)]
mod tests;
