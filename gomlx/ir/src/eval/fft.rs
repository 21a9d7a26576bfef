// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `fft`: discrete Fourier transforms of any length by the definition, split by the factors of the length. It uses no
//! library, because it checks the library of the JIT.

use std::f64::consts::FRAC_PI_2;

use num_complex::Complex64;

use super::arithmetic::Arithmetic;
use super::index::{offsets_by, strides};
use crate::{Dims, FftKind, HostTensor, Shape};

pub(super) fn fft(x: &HostTensor, shape: &Shape, kind: FftKind, lengths: &[usize]) -> HostTensor {
    let first = x.dims().len() - lengths.len();
    let last = x.dims().len() - 1;
    let (mut dims, result): (Dims, Dims) = (x.dims().into(), shape.sizes().as_slice().into());
    let inverse = matches!(kind, FftKind::Ifft | FftKind::Irfft);
    let mut values: Vec<Complex64> = match kind {
        FftKind::Rfft => f64::read(x).into_iter().map(|re| Complex64::new(re, 0.0)).collect(),
        _ => Complex64::read(x),
    };
    // The last axis is first if the result has half of it, and last if the operand has half of it.
    let mut axes: Vec<usize> = (first..=last).collect();
    if kind == FftKind::Rfft {
        axes.reverse();
    }
    for axis in axes {
        let length = lengths[axis - first];
        (values, dims) = along(&values, &dims, axis, |line| {
            if kind == FftKind::Irfft && axis == last {
                return transform(&whole(line, length), inverse);
            }
            let mut line = transform(line, inverse);
            if kind == FftKind::Rfft && axis == last {
                line.truncate(result[axis]);
            }
            line
        });
    }
    if inverse {
        let n: usize = lengths.iter().product();
        values.iter_mut().for_each(|z| *z /= n as f64);
    }
    if kind == FftKind::Irfft {
        return f64::write(shape.dtype, &result, &values.iter().map(|z| z.re).collect::<Vec<_>>());
    }
    Complex64::write(shape.dtype, &result, &values)
}

/// The spectrum of a real signal from its first half. Parts that would make the signal complex are not read.
fn whole(half: &[Complex64], length: usize) -> Vec<Complex64> {
    let real = |z: Complex64| Complex64::new(z.re, 0.0);
    (0..length)
        .map(|i| match i {
            _ if i == 0 || 2 * i == length => real(half[i]),
            _ if i < half.len() => half[i],
            _ => half[length - i].conj(),
        })
        .collect()
}

/// A function of each line along an axis, which may change its length.
fn along(x: &[Complex64], dims: &[usize], axis: usize, f: impl Fn(&[Complex64]) -> Vec<Complex64>) -> (Vec<Complex64>, Dims) {
    let starts = |dims: &[usize]| {
        let mut others: Dims = dims.into();
        others[axis] = 1;
        offsets_by(&others, &strides(dims))
    };
    let step = strides(dims)[axis];
    let line = |start: usize| -> Vec<Complex64> { (0..dims[axis]).map(|i| x[start + i * step]).collect() };
    let lines: Vec<Vec<Complex64>> = starts(dims).into_iter().map(|start| f(&line(start))).collect();
    let mut result: Dims = dims.into();
    result[axis] = lines.first().map_or(0, Vec::len);
    let mut values = vec![Complex64::ZERO; result.iter().product()];
    // Other axes do not change, so that steps along this one are as before.
    for (start, line) in starts(&result).into_iter().zip(lines) {
        for (i, z) in line.into_iter().enumerate() {
            values[start + i * step] = z;
        }
    }
    (values, result)
}

/// The transform without a factor: Cooley's and Tukey's step by the smallest factor of the length.
fn transform(x: &[Complex64], inverse: bool) -> Vec<Complex64> {
    let n = x.len();
    let Some(factor) = (2..=n).find(|f| n.is_multiple_of(*f)) else { return x.to_vec() };
    let parts: Vec<Vec<Complex64>> = (0..factor)
        .map(|r| {
            let part: Vec<Complex64> = x.iter().skip(r).step_by(factor).copied().collect();
            transform(&part, inverse)
        })
        .collect();
    let roots: Vec<Complex64> = (0..n).map(|k| if inverse { root(k, n) } else { root(k, n).conj() }).collect();
    let sum = |k: usize| parts.iter().enumerate().map(|(r, part)| roots[r * k % n] * part[k % part.len()]).sum();
    (0..n).map(sum).collect()
}

/// The `k`-th of the `n` roots of one. It is exact at quarters of the circle, so that terms which cancel there leave
/// zero.
fn root(k: usize, n: usize) -> Complex64 {
    let (quarter, rest) = (4 * k / n, 4 * k % n);
    let angle = |part: usize| FRAC_PI_2 * part as f64 / n as f64;
    // From the nearer axis.
    let (sin, cos) = if 2 * rest <= n {
        angle(rest).sin_cos()
    } else {
        let (sin, cos) = angle(n - rest).sin_cos();
        (cos, sin)
    };
    match quarter {
        0 => Complex64::new(cos, sin),
        1 => Complex64::new(-sin, cos),
        2 => Complex64::new(-cos, -sin),
        _ => Complex64::new(sin, -cos),
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    #[test]
    fn any_length_is_the_sum_that_defines_it() {
        for n in [1, 2, 5, 12, 49] {
            let x: Vec<Complex64> = (0..n).map(|i| Complex64::new((i * i % 7) as f64, (3 * i % 5) as f64 - 1.0)).collect();
            for (k, got) in transform(&x, false).into_iter().enumerate() {
                let term = |i: usize| x[i] * Complex64::from_polar(1.0, -TAU * (i * k) as f64 / n as f64);
                let wanted: Complex64 = (0..n).map(term).sum();
                assert!((got - wanted).norm() < 1e-11, "{n}: {got} instead of {wanted}");
            }
        }
    }

    #[test]
    fn what_cancels_leaves_nothing() {
        let ones = [Complex64::ONE; 12];
        for (k, z) in transform(&ones[..4], true).into_iter().enumerate() {
            assert_eq!(z, if k == 0 { Complex64::new(4.0, 0.0) } else { Complex64::ZERO });
        }
        for (k, n) in [(1, 4), (3, 12), (6, 12), (9, 12), (10, 20)] {
            let z = root(k, n);
            assert!((z.re == 0.0 || z.im == 0.0) && z.norm() == 1.0, "{k} of {n}: {z}");
        }
    }
}
