// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Householder's reflections (Golub and Van Loan, "Matrix Computations", 4th edition, algorithm 5.1.1), with LAPACK's
//! signs.

use std::ops::Range;

use num_complex::Complex64;

/// The matrix `1 - tau v v^H`, whose adjoint turns a vector into `beta` times the first unit vector.
pub(super) struct Reflection {
    /// The vector, of which the first element is one.
    pub(super) v: Vec<Complex64>,
    pub(super) tau: Complex64,
    pub(super) beta: f64,
}

impl Reflection {
    /// The reflection for a vector; nothing if the vector is real and has no other elements than the first.
    pub(super) fn of(x: &[Complex64]) -> Option<Reflection> {
        let (&alpha, rest) = x.split_first()?;
        let below = norm(rest.iter().copied());
        if below == 0.0 && alpha.im == 0.0 {
            return None;
        }
        let beta = -alpha.norm().hypot(below).copysign(alpha.re);
        let v = [Complex64::ONE].into_iter().chain(rest.iter().map(|z| z / (alpha - beta))).collect();
        Some(Reflection { v, tau: (beta - alpha) / beta, beta })
    }

    /// Applies the adjoint to rows of a matrix of `n` columns, from `row` on.
    pub(super) fn left(&self, a: &mut [Complex64], n: usize, row: usize, columns: Range<usize>) {
        for j in columns {
            let product: Complex64 = self.v.iter().enumerate().map(|(k, v)| v.conj() * a[(row + k) * n + j]).sum();
            let product = self.tau.conj() * product;
            for (k, v) in self.v.iter().enumerate() {
                a[(row + k) * n + j] -= v * product;
            }
        }
    }

    /// Multiplies columns of a matrix of `n` columns by the reflection, from `column` on.
    pub(super) fn right(&self, a: &mut [Complex64], n: usize, column: usize, rows: Range<usize>) {
        for i in rows {
            let start = i * n + column;
            let product: Complex64 = self.v.iter().zip(&a[start..]).map(|(v, x)| x * v).sum();
            let product = self.tau * product;
            for (v, x) in self.v.iter().zip(&mut a[start..]) {
                *x -= product * v.conj();
            }
        }
    }
}

/// The Euclidean norm.
pub(super) fn norm(values: impl Iterator<Item = Complex64>) -> f64 {
    values.fold(0.0, |sum: f64, z| sum.hypot(z.norm()))
}
