// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Decides whether results are as close to the evaluator's as rounding allows.

use gomlx_ir::{DType, Entity, Function, HostTensor, print};

use super::Semantics;

/// How many times further than the perturbed results a backend may be off: the perturbations are few and random.
pub(super) const SLACK: f64 = 12.0;

/// The results of a perturbed graph.
pub(super) struct Moved {
    /// How much larger the perturbations are than rounding errors.
    pub(super) scale: f64,
    pub(super) results: Vec<HostTensor>,
}

/// Describes the first result that is further off than `moved`, the results of perturbed graphs, can explain.
pub(super) fn difference(function: &Function, got: &[HostTensor], expected: &[HostTensor], moved: &[Moved]) -> Option<String> {
    let complex = (0..function.num_values()).any(|i| function.shape(Entity::new(i)).dtype.is_complex());
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        if got.shape() != expected.shape() {
            return Some(format!("result {i} is {} instead of {}", got.shape(), expected.shape()));
        }
        let others: Vec<(f64, Vec<f64>)> = moved.iter().map(|m| (m.scale, numbers(&m.results[i]))).collect();
        let (unit, least) = unit(expected.dtype());
        for (at, (g, e)) in numbers(got).into_iter().zip(numbers(expected)).enumerate() {
            // In some formulas an infinite part of a complex number makes the other part NaN.
            let lost = complex && !g.is_finite() && !e.is_finite();
            if g == e || (g.is_nan() && e.is_nan()) || lost {
                continue;
            }
            let moved = others.iter().map(|(scale, o)| (o[at] - e).abs() / scale);
            // The element is at a jump if a perturbation changes whether it is finite or NaN, or changes an integer.
            let edge = others.iter().any(|(_, o)| kind(o[at]) != kind(e) || (unit == 0.0 && o[at] != e));
            let allowed = SLACK * moved.fold(0.0, f64::max) + 4.0 * unit * e.abs() + least;
            let error = (g - e).abs();
            // A result may be infinite if the allowed error reaches beyond the largest number of the type.
            let beyond = g.is_infinite() && g.signum() * e + allowed > largest(expected.dtype());
            if !edge && !beyond && (error > allowed || error.is_nan()) {
                let value = function.results()[i];
                let op = function.def_inst(value).map_or("a parameter", |(_, inst)| inst.op.short_name());
                return Some(format!(
                    "element {at} of result {i}, {} of {op}, is {g} instead of {e} (allowed {allowed:e})",
                    expected.shape()
                ));
            }
        }
    }
    let missing = got.len() != expected.len();
    missing.then(|| format!("{} results instead of {} of\n{}", got.len(), expected.len(), print::function(function)))
}

/// Describes the first element that is a different number. All NaNs are equal. On XLA, 0 and -0 are equal too: its
/// simplifications choose the sign of a sum of zeros, or of a sum without terms.
pub(super) fn inequality(got: &[HostTensor], expected: &[HostTensor], semantics: Semantics) -> Option<String> {
    let same = |g: f64, e: f64| {
        let equal = g == e && (semantics == Semantics::Xla || g.is_sign_negative() == e.is_sign_negative());
        equal || (g.is_nan() && e.is_nan())
    };
    if got.len() != expected.len() {
        return Some(format!("{} results instead of {}", got.len(), expected.len()));
    }
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        if got.shape() != expected.shape() {
            return Some(format!("result {i} is {} instead of {}", got.shape(), expected.shape()));
        }
        for (at, (g, e)) in numbers(got).into_iter().zip(numbers(expected)).enumerate() {
            if !same(g, e) {
                return Some(format!("element {at} of result {i}, {}, is {g} instead of {e}, of what rounds nothing", expected.shape()));
            }
        }
        // An `f64` does not hold all integers, so their bytes are compared too.
        if expected.dtype().is_int() && got.bytes() != expected.bytes() {
            return Some(format!("result {i}, {}, differs", expected.shape()));
        }
    }
    None
}

/// The elements of a tensor as real numbers: a complex number gives its two parts.
pub(super) fn numbers(x: &HostTensor) -> Vec<f64> {
    match x.dtype() {
        DType::C64 => bytemuck::cast_slice::<u8, f32>(x.bytes()).iter().map(|&v| f64::from(v)).collect(),
        DType::C128 => bytemuck::cast_slice::<u8, f64>(x.bytes()).to_vec(),
        _ => x.to_f64_vec(),
    }
}

/// Whether the number is NaN, and whether it is finite.
fn kind(x: f64) -> (bool, bool) {
    (x.is_nan(), x.is_finite())
}

/// The largest finite number of a type.
fn largest(dtype: DType) -> f64 {
    match dtype {
        DType::F16 => 65504.0,
        DType::BF16 => f64::from(f32::from_bits(0x7f7f_0000)),
        DType::F32 | DType::C64 => f64::from(f32::MAX),
        _ => f64::MAX,
    }
}

/// The unit in the last place of 1, and the least positive normal number, below which backends may flush to zero. Both
/// are zero for exact types.
pub(super) fn unit(dtype: DType) -> (f64, f64) {
    match dtype {
        DType::F16 => (2f64.powi(-10), 2f64.powi(-14)),
        DType::BF16 => (2f64.powi(-7), 2f64.powi(-126)),
        DType::F32 | DType::C64 => (2f64.powi(-23), 2f64.powi(-126)),
        DType::F64 | DType::C128 => (2f64.powi(-52), f64::MIN_POSITIVE),
        _ => (0.0, 0.0),
    }
}
