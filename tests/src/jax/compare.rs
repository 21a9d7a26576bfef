// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares a result with JAX's within the tolerance of the index.

use gomlx_ir::{DType, HostTensor};
use serde::Deserialize;

/// The tolerance of the results of a program.
#[derive(Deserialize)]
pub(super) struct Tolerance {
    /// The relative error. Without it, the error that the element type allows.
    rtol: Option<f64>,
    /// The absolute error, allowed in addition.
    atol: f64,
    /// Whether errors are relative to the element. If not, they are relative to the largest finite element.
    elementwise: bool,
    /// Whether the bits must be the same.
    exact: Option<bool>,
}

/// Describes the largest difference beyond the tolerance, or returns `None` if there is none.
pub(super) fn difference(got: &HostTensor, want: &HostTensor, tolerance: &Tolerance) -> Option<String> {
    if got.shape() != want.shape() {
        return Some(format!("{} is not {}", got.shape(), want.shape()));
    }
    let usual = match got.dtype().real() {
        DType::F64 => 1e-9,
        DType::F32 => 2e-5,
        DType::F16 => 4e-3,
        DType::BF16 => 2e-2,
        _ => 0.0,
    };
    let exact = usual == 0.0 || tolerance.exact == Some(true);
    let (rtol, atol) = if exact { (0.0, 0.0) } else { (tolerance.rtol.unwrap_or(usual), tolerance.atol) };
    let (got, want) = (parts(got), parts(want));
    let largest = want.iter().flatten().map(|x| x.abs()).filter(|x| x.is_finite()).fold(0.0, f64::max);
    let errors = got.iter().zip(&want).enumerate().filter_map(|(i, (x, y))| {
        let same = |k: usize| x[k] == y[k] || (x[k].is_nan() && y[k].is_nan());
        if same(0) && same(1) {
            return None;
        }
        let error = (x[0] - y[0]).hypot(x[1] - y[1]);
        let size = if tolerance.elementwise { y[0].hypot(y[1]) } else { largest };
        // Written this way, a NaN error is beyond the tolerance.
        let within = error <= atol + rtol * size;
        let relative = if error.is_finite() && size > 0.0 { error / size } else { f64::INFINITY };
        (!within).then(|| (relative, format!("element {i} is {}, JAX has {} ({relative:.1e} apart)", shown(x), shown(y))))
    });
    errors.max_by(|x, y| x.0.total_cmp(&y.0)).map(|(_, message)| message)
}

fn shown(z: &[f64; 2]) -> String {
    if z[1] == 0.0 { format!("{:e}", z[0]) } else { format!("{:e} + {:e}i", z[0], z[1]) }
}

/// The real and imaginary parts of all elements. 64-bit integers beyond 2^53 are not told apart from their neighbours.
fn parts(x: &HostTensor) -> Vec<[f64; 2]> {
    match x.dtype() {
        DType::C64 => bytemuck::pod_collect_to_vec::<u8, [f32; 2]>(x.bytes()).into_iter().map(|z| z.map(f64::from)).collect(),
        DType::C128 => bytemuck::pod_collect_to_vec::<u8, [f64; 2]>(x.bytes()),
        _ => x.to_f64_vec().into_iter().map(|re| [re, 0.0]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_as_the_index_says() {
        let tensor = |values: &[f32]| HostTensor::new(&[values.len()], values).unwrap();
        let of = |rtol, elementwise, exact| Tolerance { rtol, atol: 0.0, elementwise, exact };
        let (want, near) = (tensor(&[100.0, 1.0, f32::NAN]), tensor(&[100.0, 1.001, f32::NAN]));
        assert_eq!(difference(&near, &want, &of(None, false, None)), None);
        assert!(difference(&near, &want, &of(None, true, None)).unwrap().starts_with("element 1 is 1.001"));
        assert_eq!(difference(&near, &want, &of(Some(2e-3), true, None)), None);
        assert!(difference(&near, &want, &of(None, false, Some(true))).is_some());
        assert!(difference(&tensor(&[100.0, 1.0, 0.0]), &want, &of(None, false, None)).is_some());
        assert!(difference(&tensor(&[100.0, 1.0]), &want, &of(None, false, None)).is_some());
    }
}
