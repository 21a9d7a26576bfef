// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The Schur form of a matrix: Householder's reduction to Hessenberg form, and Francis's double-shift QR iteration
//! (Golub and Van Loan, "Matrix Computations", 4th edition, algorithms 7.4.2 and 7.5.1).
//!
//! Real matrices are complex ones here whose imaginary parts are and stay zero.

use num_complex::Complex64;

use super::reflection::Reflection;
use crate::Factorization;

/// The upper triangle `t` and the unitary `z` with `a = z t z^H`. Real matrices have blocks of two rows on the diagonal
/// of `t` for pairs of conjugate eigenvalues. NaN if an element is not finite, or the iteration does not converge.
pub(super) fn schur(mut a: Vec<Complex64>, n: usize, is_real: bool) -> (Vec<Complex64>, Vec<Complex64>) {
    let nan = || (vec![Complex64::from(f64::NAN); n * n], vec![Complex64::from(f64::NAN); n * n]);
    if a.iter().any(|z| !z.is_finite()) {
        return nan();
    }
    let mut z = vec![Complex64::ZERO; n * n];
    for i in 0..n {
        z[i * n + i] = Complex64::ONE;
    }
    let mut form = Form { n, t: &mut a, z: &mut z };
    form.reduce();
    if !form.iterate() {
        return nan();
    }
    // Rounding may leave a block of two equal eigenvalues, which the second round splits.
    for i in (0..n.saturating_sub(1)).chain(0..n.saturating_sub(1)) {
        form.split(i, is_real);
    }
    (a, z)
}

struct Form<'a> {
    n: usize,
    t: &'a mut [Complex64],
    z: &'a mut [Complex64],
}

impl Form<'_> {
    fn at(&self, i: usize, j: usize) -> Complex64 {
        self.t[i * self.n + j]
    }

    fn set(&mut self, i: usize, j: usize, value: Complex64) {
        self.t[i * self.n + j] = value;
    }

    /// Applies a reflection of rows from `row` on, and of the same columns, of which the first `height` elements are
    /// not zero. The columns before are for the caller to set.
    fn reflect(&mut self, reflection: &Reflection, row: usize, height: usize) {
        reflection.left(self.t, self.n, row, row..self.n);
        reflection.right(self.t, self.n, row, 0..height);
        reflection.right(self.z, self.n, row, 0..self.n);
    }

    /// Reduces to zeros below the first diagonal under the main one.
    fn reduce(&mut self) {
        for k in 0..self.n.saturating_sub(2) {
            let column: Vec<Complex64> = (k + 1..self.n).map(|i| self.at(i, k)).collect();
            let Some(reflection) = Reflection::of(&column) else { continue };
            self.reflect(&reflection, k + 1, self.n);
            self.set(k + 1, k, reflection.beta.into());
            (k + 2..self.n).for_each(|i| self.set(i, k, Complex64::ZERO));
        }
    }

    /// Whether the element left of the diagonal is too small to matter.
    fn is_negligible(&self, i: usize) -> bool {
        let near = self.at(i, i).l1_norm() + self.at(i - 1, i - 1).l1_norm();
        self.at(i, i - 1).l1_norm() <= f64::EPSILON * near + f64::MIN_POSITIVE
    }

    /// QR steps until only blocks of at most two rows are left. False if there are too many.
    fn iterate(&mut self) -> bool {
        let (mut last, mut since) = (self.n.saturating_sub(1), 0);
        for _ in 0..Factorization::schur_steps(self.n) {
            if last < 2 {
                return true;
            }
            let first = (1..=last).rev().find(|&i| self.is_negligible(i)).unwrap_or(0);
            if first > 0 {
                self.set(first, first - 1, Complex64::ZERO);
            }
            if first + 1 >= last {
                (last, since) = (first.saturating_sub(1), 0);
                continue;
            }
            since += 1;
            let start = self.start(first, last, since % 10 == 0);
            for k in first..last {
                let rows = if k + 1 == last { 2 } else { 3 };
                let column: Vec<Complex64> =
                    if k == first { start[..rows].to_vec() } else { (k..k + rows).map(|i| self.at(i, k - 1)).collect() };
                let Some(reflection) = Reflection::of(&column) else { continue };
                self.reflect(&reflection, k, (k + 4).min(self.n));
                if k > first {
                    self.set(k, k - 1, reflection.beta.into());
                    (k + 1..k + rows).for_each(|i| self.set(i, k - 1, Complex64::ZERO));
                }
            }
        }
        last < 2
    }

    /// The first column of the polynomial whose roots are the eigenvalues of the last two rows, up to a factor. Every
    /// tenth step without progress takes other roots, as LAPACK does.
    fn start(&self, first: usize, last: usize, is_exceptional: bool) -> [Complex64; 3] {
        let [mut a, mut b, mut c, mut d] =
            [self.at(last - 1, last - 1), self.at(last - 1, last), self.at(last, last - 1), self.at(last, last)];
        if is_exceptional {
            let size = c.l1_norm() + self.at(last - 1, last - 2).l1_norm();
            (a, c) = (d + 0.75 * size, size.into());
            (b, d) = (Complex64::from(-0.4375 * size), a);
        }
        let (corner, below) = (self.at(first, first), self.at(first + 1, first));
        let (r, s) = (corner - a, corner - d);
        [r / below * s - c / below * b + self.at(first, first + 1), self.at(first + 1, first + 1) - a + s, self.at(first + 2, first + 1)]
    }

    /// Makes two rows triangular. A real block with eigenvalues that are not real gets equal elements on the diagonal
    /// instead, as LAPACK's `lanv2` does.
    fn split(&mut self, i: usize, is_real: bool) {
        let [a, b, c, d] = [self.at(i, i), self.at(i, i + 1), self.at(i + 1, i), self.at(i + 1, i + 1)];
        if c == Complex64::ZERO {
            return;
        }
        let half = (a - d) * 0.5;
        let size = half.l1_norm() + b.l1_norm() + c.l1_norm();
        let (p, q) = (half / size, b / size * (c / size));
        let square = p * p + q;
        let is_pair = is_real && square.re < 0.0;
        let turn = if is_pair {
            let (sum, difference) = ((b + c).re, (a - d).re);
            if difference == 0.0 {
                return;
            }
            let length = sum.hypot(difference);
            let cosine = (0.5 * (1.0 + sum.abs() / length)).sqrt();
            [cosine, -half.re / (length * cosine) * 1f64.copysign(sum)].map(Complex64::from)
        } else {
            let root = square.sqrt();
            let root = if (p.conj() * root).re < 0.0 { -root } else { root };
            let direction = [(p + root), c / size];
            let length = direction[0].norm().hypot(direction[1].norm());
            direction.map(|z| z / length)
        };
        let [x, y] = turn;
        for j in 0..self.n {
            let (upper, lower) = (self.at(i, j), self.at(i + 1, j));
            self.set(i, j, x.conj() * upper + y.conj() * lower);
            self.set(i + 1, j, x * lower - y * upper);
        }
        for matrix in [&mut *self.t, &mut *self.z] {
            for row in matrix.chunks_exact_mut(self.n) {
                (row[i], row[i + 1]) = (row[i] * x + row[i + 1] * y, row[i + 1] * x.conj() - row[i] * y.conj());
            }
        }
        if is_pair {
            let mean = (self.at(i, i) + self.at(i + 1, i + 1)) * 0.5;
            self.set(i, i, mean);
            self.set(i + 1, i + 1, mean);
        } else {
            self.set(i + 1, i, Complex64::ZERO);
        }
    }
}
