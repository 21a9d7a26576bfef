// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Comparison of a result with the reference.

use gomlx_ir::{DType, Element, HostTensor, with_element};

use super::index::Measure;

/// The tolerance of an element type.
pub(super) fn tolerance(dtype: DType) -> f64 {
    match dtype {
        DType::F64 | DType::C128 => 1e-10,
        DType::F16 => 4e-3,
        DType::BF16 => 2e-2,
        _ => 1e-5,
    }
}

/// Says how a result differs from the reference, if it does.
pub(super) fn difference(got: &HostTensor, want: &HostTensor, measure: Measure, tolerance: f64, signs: bool) -> Result<(), String> {
    if got.dims() != want.dims() {
        return Err(format!("has dims {:?}, not {:?}", got.dims(), want.dims()));
    }
    let exact = measure == Measure::Exact || !(got.dtype().is_float() || got.dtype().is_complex());
    let (got, want) = (parts(got), parts(want));
    let size = |z: &[f64; 2]| z[0].hypot(z[1]);
    let finite = want.iter().map(size).filter(|x| x.is_finite());
    let largest = finite.fold(0.0, f64::max);
    for (i, (g, w)) in got.iter().zip(&want).enumerate() {
        let special = |g: f64, w: f64| if g.is_finite() && w.is_finite() { None } else { Some(g == w || g.is_nan() && w.is_nan()) };
        let same = match (special(g[0], w[0]), special(g[1], w[1])) {
            (Some(false), _) | (_, Some(false)) => false,
            _ if signs && g[0].is_sign_negative() != w[0].is_sign_negative() => false,
            (Some(true), _) | (_, Some(true)) => true,
            _ if exact => g == w,
            _ => {
                let scale = match measure {
                    Measure::Array => largest,
                    _ => size(w),
                };
                let distance = size(&[g[0] - w[0], g[1] - w[1]]);
                distance <= tolerance * if scale == 0.0 { 1.0 } else { scale }
            }
        };
        if !same {
            return Err(format!("element {i} of {}: {} not {}", got.len(), shown(g), shown(w)));
        }
    }
    Ok(())
}

fn shown(z: &[f64; 2]) -> String {
    if z[1] == 0.0 { format!("{:e}", z[0]) } else { format!("{:e} + {:e} i", z[0], z[1]) }
}

/// The elements as complex numbers.
fn parts(tensor: &HostTensor) -> Vec<[f64; 2]> {
    fn pairs<T: Element + bytemuck::Pod>(bytes: &[u8]) -> Vec<[f64; 2]> {
        let numbers = bytes.chunks_exact(T::DTYPE.size()).map(|chunk| bytemuck::pod_read_unaligned::<T>(chunk).to_f64());
        let numbers: Vec<f64> = numbers.collect();
        numbers.as_chunks::<2>().0.to_vec()
    }
    match tensor.dtype() {
        DType::C64 => pairs::<f32>(tensor.bytes()),
        DType::C128 => pairs::<f64>(tensor.bytes()),
        _ => tensor.to_f64_vec().into_iter().map(|x| [x, 0.0]).collect(),
    }
}

/// The same numbers in another precision: complex numbers stay complex, and integers what they are.
pub(super) fn in_precision(tensor: &HostTensor, to: DType) -> Result<HostTensor, String> {
    if tensor.dtype() == to {
        return Ok(tensor.clone());
    }
    match (tensor.dtype(), to) {
        (DType::C128, DType::C64) => {
            let numbers: Vec<f32> = parts(tensor).iter().flatten().map(|&x| x as f32).collect();
            HostTensor::from_bytes(DType::C64, tensor.dims(), bytemuck::cast_slice(&numbers)).map_err(|e| e.message)
        }
        _ => {
            let numbers = tensor.to_f64_vec();
            with_element!(to, T => {
                let elements: Vec<T> = numbers.iter().map(|&x| <T as Element>::from_f64(x)).collect();
                HostTensor::new(tensor.dims(), &elements).map_err(|e| e.message)
            })
        }
    }
}
