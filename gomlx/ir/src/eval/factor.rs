// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Factorizations of matrices, real and complex, each rounded once at the end.
//!
//! The algorithms are those of Golub and Van Loan, "Matrix Computations", 4th edition. Where a factor is free up to
//! signs, it is LAPACK's.

use std::sync::Arc;

use num_complex::Complex64;

use super::frame::Values;
use super::linalg::{last_two, read, write_as};
use super::reflection::{Reflection, norm};
use super::schur::schur;
use crate::{Factorization, HostTensor, Shape};

type Matrix = Vec<Complex64>;

/// The results of a factorization, of these shapes.
pub(super) fn factor(factorization: Factorization, x: &[Arc<HostTensor>], shapes: &[Shape]) -> Values {
    let (m, n) = last_two(&x[0]);
    let mut results: Vec<Matrix> = vec![vec![]; shapes.len()];
    let a = read(&x[0]);
    let batch: usize = x[0].dims().iter().rev().skip(2).product();
    let taus = x.get(1).map(|taus| (taus.dims().last().copied().unwrap_or(0), read(taus)));
    for i in 0..batch {
        let a = a[i * m * n..(i + 1) * m * n].to_vec();
        let one: Vec<Matrix> = match factorization {
            Factorization::Qr => {
                let (packed, taus) = qr(a, m, n);
                vec![packed, taus]
            }
            Factorization::Reflectors => {
                let (count, taus) = taus.as_ref().map_or((0, &[][..]), |(count, taus)| (*count, taus.as_slice()));
                vec![reflectors(&a, m, n, &taus[i * count..(i + 1) * count])]
            }
            Factorization::Lu => {
                let (packed, pivots) = lu(a, m, n);
                let order = permutation(&pivots, m);
                vec![packed, positions(&pivots), positions(&order)]
            }
            Factorization::Eigh { lower } => {
                let (vectors, values) = eigh(&a, n, lower);
                vec![vectors, values]
            }
            Factorization::Svd { full } => {
                let (u, s, vh) = svd(&a, m, n, full);
                vec![u, s, vh]
            }
            Factorization::Schur => {
                let (t, z) = schur(a, n, !x[0].dtype().is_complex());
                vec![t, z]
            }
        };
        for (all, one) in results.iter_mut().zip(one) {
            all.extend(one);
        }
    }
    results.iter().zip(shapes).map(|(values, shape)| Arc::new(write_as(shape, values))).collect()
}

fn positions(indices: &[usize]) -> Matrix {
    indices.iter().map(|&i| Complex64::new(i as f64, 0.0)).collect()
}

/// Householder's reflections (algorithm 5.2.1): `R` above the diagonal, the vectors of the reflections below, and their
/// factors.
fn qr(mut a: Matrix, m: usize, n: usize) -> (Matrix, Matrix) {
    let mut taus = vec![Complex64::ZERO; m.min(n)];
    for j in 0..m.min(n) {
        let column: Matrix = (j..m).map(|i| a[i * n + j]).collect();
        let Some(reflection) = Reflection::of(&column) else { continue };
        reflection.left(&mut a, n, j, j + 1..n);
        (a[j * n + j], taus[j]) = (reflection.beta.into(), reflection.tau);
        for (i, &v) in (j + 1..m).zip(&reflection.v[1..]) {
            a[i * n + j] = v;
        }
    }
    (a, taus)
}

/// The first `n` columns of the product of the reflections in the first columns of `a`.
fn reflectors(a: &[Complex64], m: usize, n: usize, taus: &[Complex64]) -> Matrix {
    let mut q = vec![Complex64::ZERO; m * n];
    for i in 0..m.min(n) {
        q[i * n + i] = Complex64::ONE;
    }
    for (j, tau) in taus.iter().enumerate().rev() {
        for column in 0..n {
            let product: Complex64 = q[j * n + column] + (j + 1..m).map(|i| a[i * n + j].conj() * q[i * n + column]).sum::<Complex64>();
            let product = tau * product;
            q[j * n + column] -= product;
            for i in j + 1..m {
                q[i * n + column] -= a[i * n + j] * product;
            }
        }
    }
    q
}

/// Gaussian elimination with partial pivoting (algorithm 3.4.1): both factors in one matrix, and the row that each row
/// was exchanged with.
fn lu(mut a: Matrix, m: usize, n: usize) -> (Matrix, Vec<usize>) {
    let mut pivots = vec![];
    for j in 0..m.min(n) {
        // As LAPACK: the first of the largest rows.
        let size = |i: usize| a[i * n + j].re.abs() + a[i * n + j].im.abs();
        let pivot = (j + 1..m).fold(j, |best, i| if size(i) > size(best) { i } else { best });
        pivots.push(pivot);
        for column in 0..n {
            a.swap(j * n + column, pivot * n + column);
        }
        let diagonal = a[j * n + j];
        if diagonal == Complex64::ZERO {
            continue;
        }
        for i in j + 1..m {
            a[i * n + j] /= diagonal;
            for column in j + 1..n {
                let step = a[i * n + j] * a[j * n + column];
                a[i * n + column] -= step;
            }
        }
    }
    (a, pivots)
}

/// The order of the rows after the exchanges.
fn permutation(pivots: &[usize], m: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..m).collect();
    for (row, &pivot) in pivots.iter().enumerate() {
        order.swap(row, pivot);
    }
    order
}

/// A rotation of two vectors `p` and `q` that makes an inner product `pq` vanish, where `pp` and `qq` are those of each
/// with itself (section 8.5.2).
struct Rotation {
    c: f64,
    s: f64,
    /// Makes the inner product real.
    phase: Complex64,
}

impl Rotation {
    fn of(pp: f64, qq: f64, pq: Complex64) -> Rotation {
        let r = pq.norm();
        let tau = (qq - pp) / (2.0 * r);
        let t = 1f64.copysign(tau) / (tau.abs() + tau.hypot(1.0));
        let c = 1.0 / t.hypot(1.0);
        Rotation { c, s: t * c, phase: pq.conj() / r }
    }

    /// The rotated pair.
    fn apply(&self, p: &mut Complex64, q: &mut Complex64) {
        let turned = *q * self.phase;
        (*p, *q) = (*p * self.c - turned * self.s, *p * self.s + turned * self.c);
    }
}

/// The most sweeps over all pairs. Convergence is quadratic, and takes under ten for any size in practice.
const SWEEPS: usize = 60;

/// The eigenvectors and the ascending eigenvalues of a Hermitian matrix, of which one triangle is read: Jacobi's method
/// (algorithm 8.5.3).
fn eigh(a: &[Complex64], n: usize, lower: bool) -> (Matrix, Matrix) {
    let mut h = vec![Complex64::ZERO; n * n];
    for i in 0..n {
        h[i * n + i] = Complex64::from(a[i * n + i].re);
        for j in 0..i {
            let below = if lower { a[i * n + j] } else { a[j * n + i].conj() };
            (h[i * n + j], h[j * n + i]) = (below, below.conj());
        }
    }
    if h.iter().any(|z| !z.is_finite()) {
        return (vec![Complex64::from(f64::NAN); n * n], vec![Complex64::from(f64::NAN); n]);
    }
    let mut vectors = vec![Complex64::ZERO; n * n];
    for i in 0..n {
        vectors[i * n + i] = Complex64::ONE;
    }
    let negligible = f64::EPSILON * norm(h.iter().copied()) / (n.max(1) as f64);
    for _ in 0..SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                let pq = h[p * n + q];
                if pq.norm() <= negligible {
                    continue;
                }
                rotated = true;
                let rotation = Rotation::of(h[p * n + p].re, h[q * n + q].re, pq);
                for i in 0..n {
                    pair(&mut h, i * n + p, i * n + q, |x, y| rotation.apply(x, y));
                    pair(&mut vectors, i * n + p, i * n + q, |x, y| rotation.apply(x, y));
                }
                let conjugate = Rotation { phase: rotation.phase.conj(), ..rotation };
                for j in 0..n {
                    pair(&mut h, p * n + j, q * n + j, |x, y| conjugate.apply(x, y));
                }
                (h[p * n + q], h[q * n + p]) = (Complex64::ZERO, Complex64::ZERO);
            }
        }
        if !rotated {
            break;
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| h[i * n + i].re.total_cmp(&h[j * n + j].re));
    (columns(&vectors, n, n, &order), order.iter().map(|&i| Complex64::from(h[i * n + i].re)).collect())
}

/// The singular vectors and the descending singular values: rotations from one side until the columns are orthogonal
/// (section 8.6.3).
fn svd(a: &[Complex64], m: usize, n: usize, full: bool) -> (Matrix, Matrix, Matrix) {
    let k = m.min(n);
    if m < n {
        let (v, s, uh) = svd(&adjoint(a, m, n), n, m, full);
        return (adjoint(&uh, m, m), s, adjoint(&v, n, if full { n } else { k }));
    }
    let width = if full { m } else { k };
    if a.iter().any(|z| !z.is_finite()) {
        let nan = |count: usize| vec![Complex64::from(f64::NAN); count];
        return (nan(m * width), nan(k), nan(n * n));
    }
    let mut u = a.to_vec();
    let mut v = vec![Complex64::ZERO; n * n];
    for i in 0..n {
        v[i * n + i] = Complex64::ONE;
    }
    let column = |u: &[Complex64], j: usize| norm((0..m).map(|i| u[i * n + j]));
    // Columns of rounding errors are not rotated any more.
    let tiny = f64::EPSILON * norm(u.iter().copied());
    let tolerance = f64::EPSILON * (m as f64).sqrt();
    for _ in 0..SWEEPS {
        let mut rotated = false;
        for p in 0..n {
            for q in p + 1..n {
                let pq: Complex64 = (0..m).map(|i| u[i * n + p].conj() * u[i * n + q]).sum();
                let (np, nq) = (column(&u, p), column(&u, q));
                if pq.norm() <= tolerance * np * nq || np.min(nq) <= tiny * f64::EPSILON {
                    continue;
                }
                rotated = true;
                let rotation = Rotation::of(np * np, nq * nq, pq);
                for i in 0..m {
                    pair(&mut u, i * n + p, i * n + q, |x, y| rotation.apply(x, y));
                }
                for i in 0..n {
                    pair(&mut v, i * n + p, i * n + q, |x, y| rotation.apply(x, y));
                }
            }
        }
        if !rotated {
            break;
        }
    }
    let sizes: Vec<f64> = (0..n).map(|j| column(&u, j)).collect();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&i, &j| sizes[j].total_cmp(&sizes[i]));
    let (u, v) = (columns(&u, m, n, &order), columns(&v, n, n, &order));
    // The columns are orthogonal, so the unitary factor of their QR factorization has their directions, up to the
    // phases on the diagonal. It has some direction for columns of zeros too, and those beyond the last.
    let (packed, taus) = qr(u, m, n);
    let mut wide = vec![Complex64::ZERO; m * width];
    for i in 0..m {
        wide[i * width..i * width + n].copy_from_slice(&packed[i * n..(i + 1) * n]);
    }
    let mut q = reflectors(&wide, m, width, &taus);
    for j in 0..n {
        let diagonal = packed[j * n + j];
        if diagonal.norm() > tiny {
            for i in 0..m {
                q[i * width + j] *= diagonal / diagonal.norm();
            }
        }
    }
    let s = order.iter().map(|&j| Complex64::from(sizes[j])).collect();
    (q, s, adjoint(&v, n, n))
}

/// Changes two elements together.
fn pair(values: &mut [Complex64], i: usize, j: usize, change: impl FnOnce(&mut Complex64, &mut Complex64)) {
    let (mut x, mut y) = (values[i], values[j]);
    change(&mut x, &mut y);
    (values[i], values[j]) = (x, y);
}

/// Some columns of a matrix.
fn columns(a: &[Complex64], rows: usize, n: usize, order: &[usize]) -> Matrix {
    (0..rows).flat_map(|i| order.iter().map(move |&j| a[i * n + j])).collect()
}

/// The conjugate transpose of a matrix of `m` rows and `n` columns.
fn adjoint(a: &[Complex64], m: usize, n: usize) -> Matrix {
    (0..n).flat_map(|j| (0..m).map(move |i| a[i * n + j].conj())).collect()
}
