// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares results as a test module demands: exactly, within a stated difference, or within the relative error that
//! XLA itself observes on these modules.

use gomlx_ir::parse::Comparison;
use gomlx_ir::{BinaryOp, DType, Function, HostTensor, InstId, Op, Reducer, RegionId, UnaryOp, bf16, f16};

/// The reference of a relative error, for comparisons that state no tolerance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tolerance {
    /// The expected element.
    Element,
    /// The largest expected element, or the element if that is larger. The terms of a sum may cancel, so its rounding
    /// error is relative to the terms. The largest result stands for them.
    Largest,
}

impl Tolerance {
    /// The reference of the errors in the function's results.
    pub(super) fn of(function: &Function) -> Tolerance {
        let sums = |id: InstId| {
            let inst = function.inst(id);
            let adds = |region: Option<&RegionId>| {
                region.and_then(|&r| function.reducer_of(r)).is_some_and(|r| r == Reducer::Binary(BinaryOp::Add))
            };
            match inst.op {
                // XLA computes `lgamma` as a sum whose terms cancel near its zeros.
                Op::Unary(UnaryOp::Lgamma) => true,
                Op::DotGeneral(_) | Op::Convolution(_) | Op::Fft(..) | Op::Cholesky(_) | Op::TriangularSolve(_) => true,
                Op::Reduce(_) | Op::ReduceWindow(_) | Op::Scatter(_) => adds(inst.regions.first()),
                Op::SelectAndScatter(_) => adds(inst.regions.get(1)),
                _ => false,
            }
        };
        let regions = (0..function.num_regions()).map(gomlx_ir::Entity::new);
        let mut insts = regions.flat_map(|r: RegionId| &function.region(r).insts);
        if insts.any(|&id| sums(id)) { Tolerance::Largest } else { Tolerance::Element }
    }
}

/// Describes the largest difference beyond the tolerance, or returns `None` if there is none.
pub(super) fn difference(asked: Comparison, tolerance: Tolerance, computed: &HostTensor, expected: &HostTensor) -> Option<String> {
    if computed.shape() != expected.shape() {
        return Some(format!("{} is not {}", computed.shape(), expected.shape()));
    }
    let dtype = computed.dtype();
    let Some(relative) = relative(dtype) else {
        return (computed != expected).then(|| first_unequal(computed, expected));
    };
    let (computed, expected) = (parts(computed), parts(expected));
    let least = match tolerance {
        Tolerance::Element => 0.0,
        Tolerance::Largest => expected.iter().map(|x| x.magnitude).filter(|x| x.is_finite()).fold(0.0, f64::max),
    };
    let errors = computed.iter().zip(&expected).enumerate().filter_map(|(i, (x, y))| {
        // XLA's CPU backend flushes subnormal results of its functions to zero.
        let flushed = asked != Comparison::Equal && y.value == 0.0 && x.value.abs() < least_normal(dtype);
        if flushed || x.value == y.value || (x.value.is_nan() && y.value.is_nan()) {
            return None;
        }
        let apart = (x.value - y.value).abs();
        let ulps = || ulps_apart(dtype.real(), x.value, y.value);
        let (error, wrong) = match asked {
            Comparison::Equal => (apart, true),
            Comparison::AlmostEqual { tolerance: Some(tolerance) } => (apart, apart > tolerance),
            Comparison::Close { max_ulps: Some(max), min_ulps } => {
                (apart, ulps().is_none_or(|n| n > max || min_ulps.is_some_and(|min| n < min)))
            }
            // `AlmostEqual` is an absolute measure for numbers below 1.
            Comparison::AlmostEqual { tolerance: None } => {
                let error = apart / y.magnitude.max(least).max(1.0);
                (error, error > relative)
            }
            Comparison::Close { max_ulps: None, .. } => {
                let error = apart / y.magnitude.max(least);
                (error, error > relative)
            }
        };
        // If only one side is NaN or infinite, the error is not finite. It counts as the largest error.
        let (error, wrong) = if error.is_finite() { (error, wrong) } else { (f64::INFINITY, true) };
        wrong.then(|| (error, format!("element {i} is {}, not {} ({error:e} apart)", x.value, y.value)))
    });
    errors.max_by(|x, y| x.0.total_cmp(&y.0)).map(|(_, message)| message)
}

/// The relative error that a type allows, or `None` for exact types.
fn relative(dtype: DType) -> Option<f64> {
    match dtype {
        DType::F64 | DType::C128 => Some(1e-9),
        DType::F32 | DType::C64 => Some(2e-5),
        DType::F16 => Some(4e-3),
        DType::BF16 => Some(2e-2),
        _ => None,
    }
}

/// The least positive normal number of a type.
fn least_normal(dtype: DType) -> f64 {
    match dtype.real() {
        DType::F64 => f64::MIN_POSITIVE,
        DType::F32 | DType::BF16 => f64::from(f32::MIN_POSITIVE),
        _ => 0.0,
    }
}

fn first_unequal(computed: &HostTensor, expected: &HostTensor) -> String {
    let size = computed.dtype().size();
    let unequal = computed.bytes().chunks(size).zip(expected.bytes().chunks(size)).position(|(x, y)| x != y);
    let (x, y) = (computed.to_f64_vec(), expected.to_f64_vec());
    unequal.map_or_else(String::new, |i| format!("element {i} is {}, not {}", x[i], y[i]))
}

/// The real or imaginary part of an element, and the magnitude that its error is relative to.
struct Part {
    value: f64,
    magnitude: f64,
}

/// The real and imaginary parts of all elements. Errors in a complex number are relative to its magnitude.
fn parts(x: &HostTensor) -> Vec<Part> {
    let real = |value: f64| Part { value, magnitude: value.abs() };
    let of_pair = |[re, im]: [f64; 2]| [re, im].map(|value| Part { value, magnitude: re.hypot(im) });
    match x.dtype() {
        DType::C64 => bytemuck::cast_slice::<u8, [f32; 2]>(x.bytes()).iter().flat_map(|c| of_pair(c.map(f64::from))).collect(),
        DType::C128 => bytemuck::cast_slice::<u8, [f64; 2]>(x.bytes()).iter().flat_map(|&c| of_pair(c)).collect(),
        _ => x.to_f64_vec().into_iter().map(real).collect(),
    }
}

/// How many representable numbers of the type lie between two numbers. `None` for NaN and infinities.
fn ulps_apart(dtype: DType, x: f64, y: f64) -> Option<u64> {
    // Maps the bits to integers in the order of the numbers.
    let position = |x: f64| -> Option<i64> {
        let (bits, sign) = match dtype {
            DType::F16 => (u64::from(f16::from_f64(x).to_bits()), 1 << 15),
            DType::BF16 => (u64::from(bf16::from_f64(x).to_bits()), 1 << 15),
            DType::F32 => (u64::from((x as f32).to_bits()), 1 << 31),
            _ => (x.to_bits(), 1 << 63),
        };
        let magnitude = (bits & !sign) as i64;
        x.is_finite().then_some(if bits & sign == 0 { magnitude } else { -magnitude })
    };
    Some(position(x)?.abs_diff(position(y)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNSTATED: Comparison = Comparison::Close { min_ulps: None, max_ulps: None };

    fn f32s(values: &[f32]) -> HostTensor {
        HostTensor::new(&[values.len()], values).unwrap()
    }

    #[test]
    fn asks_what_the_comparison_says() {
        let x = f32s(&[1.0, f32::NAN, -0.0]);
        let near = f32s(&[1.000_01, f32::NAN, 0.0]);
        let wrong = |asked, x: &HostTensor, y: &HostTensor| difference(asked, Tolerance::Element, x, y);
        assert_eq!(wrong(Comparison::Equal, &x, &x), None);
        assert!(wrong(Comparison::Equal, &near, &x).unwrap().starts_with("element 0 is 1.0000"));
        assert_eq!(wrong(UNSTATED, &near, &x), None);
        assert!(wrong(UNSTATED, &f32s(&[1.0001, 0.0, 0.0]), &x).unwrap().starts_with("element 1 is 0, not NaN"));
        assert_eq!(wrong(Comparison::AlmostEqual { tolerance: Some(0.1) }, &f32s(&[1.05]), &f32s(&[1.0])), None);
        let almost = Comparison::AlmostEqual { tolerance: None };
        assert_eq!(wrong(almost, &f32s(&[1e-5]), &f32s(&[0.0])), None);
        assert!(wrong(almost, &f32s(&[1e-4]), &f32s(&[0.0])).is_some());
        assert!(wrong(UNSTATED, &f32s(&[1e-5]), &f32s(&[0.0])).is_some());
        assert!(wrong(Comparison::AlmostEqual { tolerance: Some(0.01) }, &f32s(&[1.05]), &f32s(&[1.0])).is_some());
        let ulps = |max| Comparison::Close { min_ulps: None, max_ulps: Some(max) };
        let next = f32s(&[f32::from_bits(1.0f32.to_bits() + 2)]);
        assert_eq!(wrong(ulps(2), &next, &f32s(&[1.0])), None);
        assert!(wrong(ulps(1), &next, &f32s(&[1.0])).is_some());
        assert!(wrong(Comparison::Equal, &HostTensor::scalar(2i32), &HostTensor::scalar(3i32)).is_some());
    }

    #[test]
    fn errors_of_sums_are_relative_to_the_largest() {
        let (x, y) = (f32s(&[1000.0, 1e-3]), f32s(&[1000.0, 1.01e-3]));
        assert!(difference(UNSTATED, Tolerance::Element, &x, &y).is_some());
        assert_eq!(difference(UNSTATED, Tolerance::Largest, &x, &y), None);
    }
}
