// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cholesky` and `triangular_solve`, real and complex, each rounded once at the end.

use num_complex::Complex64;

use super::arithmetic::Arithmetic;
use crate::{DType, HostTensor, Shape, TransposeA, TriangularSolve};

/// The arithmetic that the algorithms need. Real numbers are computed as complex ones.
pub(super) fn read(x: &HostTensor) -> Vec<Complex64> {
    if x.dtype().is_complex() {
        return Complex64::read(x);
    }
    f64::read(x).into_iter().map(|re| Complex64::new(re, 0.0)).collect()
}

fn write(like: &HostTensor, values: &[Complex64]) -> HostTensor {
    write_as(&like.shape(), values)
}

/// A tensor of a shape. Real types take the real parts.
pub(super) fn write_as(shape: &Shape, values: &[Complex64]) -> HostTensor {
    let (dtype, dims) = (shape.dtype, shape.sizes());
    if dtype.is_complex() {
        return Complex64::write(dtype, &dims, values);
    }
    if dtype == DType::I32 {
        return i32::write(dtype, &dims, &values.iter().map(|z| z.re as i32).collect::<Vec<_>>());
    }
    f64::write(dtype, &dims, &values.iter().map(|z| z.re).collect::<Vec<_>>())
}

/// Rows and columns of the matrices in the last two axes.
pub(super) fn last_two(x: &HostTensor) -> (usize, usize) {
    match x.dims() {
        [.., rows, columns] => (*rows, *columns),
        _ => (1, 1),
    }
}

/// The factor of each matrix, with zeros in the other triangle; NaN where a matrix has none.
pub(super) fn cholesky(a: &HostTensor, lower: bool) -> HostTensor {
    let (n, _) = last_two(a);
    let mut values = read(a);
    for matrix in values.chunks_exact_mut((n * n).max(1)) {
        let source = matrix.to_vec();
        // The lower triangle; the upper one is its conjugate transpose.
        let at = |i: usize, j: usize| if lower { source[i * n + j] } else { source[j * n + i].conj() };
        let mut factor = vec![Complex64::ZERO; n * n];
        for j in 0..n {
            let norm: f64 = (0..j).map(|k| factor[j * n + k].norm_sqr()).sum();
            let diagonal = (at(j, j).re - norm).sqrt();
            factor[j * n + j] = Complex64::new(diagonal, 0.0);
            for i in j + 1..n {
                let product: Complex64 = (0..j).map(|k| factor[i * n + k] * factor[j * n + k].conj()).sum();
                factor[i * n + j] = (at(i, j) - product) / diagonal;
            }
        }
        for i in 0..n {
            for j in 0..n {
                matrix[i * n + j] = if lower { factor[i * n + j] } else { factor[j * n + i].conj() };
            }
        }
    }
    write(a, &values)
}

pub(super) fn triangular_solve(a: &HostTensor, b: &HostTensor, solve: &TriangularSolve) -> HostTensor {
    let (n, _) = last_two(a);
    let (rows, columns) = last_two(b);
    let matrices = read(a);
    let mut values = read(b);
    let transposed = solve.transpose_a != TransposeA::NoTranspose;
    let conjugated = solve.transpose_a == TransposeA::Adjoint;
    for (a, x) in matrices.chunks_exact((n * n).max(1)).zip(values.chunks_exact_mut((rows * columns).max(1))) {
        // x op(a) = b is op(a)^T x^T = b^T: the other triangle, and lines of b are its rows.
        let flipped = transposed == solve.left_side;
        let at = |i: usize, j: usize| {
            let value = if flipped { a[j * n + i] } else { a[i * n + j] };
            if conjugated { value.conj() } else { value }
        };
        let forward = solve.lower != flipped;
        let (lines, step, line) = if solve.left_side { (columns, columns, 1) } else { (rows, 1, columns) };
        for l in 0..lines {
            for position in 0..n {
                let i = if forward { position } else { n - 1 - position };
                let solved = if forward { 0..i } else { i + 1..n };
                let known: Complex64 = solved.map(|j| at(i, j) * x[l * line + j * step]).sum();
                let rest = x[l * line + i * step] - known;
                x[l * line + i * step] = if solve.unit_diagonal { rest } else { rest / at(i, i) };
            }
        }
    }
    write(b, &values)
}
