// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Orthogonal factors, least squares, and functions of matrices.

use smallvec::smallvec;

use super::super::declare::functions;
use super::super::{Composed, Var, Vars};
use crate::{Code, Factorization, Op, TransposeA, TriangularSolve};

functions! { solutions, Linalg:
    /// The orthonormal columns q `[.., m, k]` and the upper triangle r `[.., k, n]` with x = q r, of matrices
    /// `[.., m, n]`, with k the smaller of m and n (Householder, 1958).
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[3, 2], &[1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0])?;
    /// let (q, r) = linalg::qr(&x);
    /// gomlx::assert_close!(q.matmul(&r), x, 1e-5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn qr(self, x: Tensor) -> (Tensor<T>, Tensor<T>) {
        let (m, n) = x.matrix_sizes()?;
        if m < n {
            // The first m columns have the factor q, and it turns the others.
            let (q, r) = self.qr(x.slice_axis(-1, 0, m));
            return Ok((q, self.concat([r, q.conj().t().matmul(x.slice_axis(-1, m, n))], -1)));
        }
        let factors = self.custom_jvp(&[x], |args| orthogonal(args[0]), |args, tangents| orthogonal_tangent(args[0], tangents[0]))?;
        (factors[0], factors[1])
    }

    /// The pseudo-inverse `[.., n, m]` of matrices `[.., m, n]` (Moore and Penrose). Singular values below the greatest
    /// times ten times the larger size times the distance of 1 from the next number count as 0.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 1], &[3.0f32, 4.0])?;
    /// gomlx::assert_close!(linalg::pinv(&x), Tensor::new(&[1, 2], &[0.12f32, 0.16])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn pinv(self, x: Tensor) -> Tensor<T> {
        self.custom_jvp(&[x], |args| Ok(smallvec![pseudo_inverse(args[0])?]), |args, tangents| {
            let (a, da) = (args[0], tangents[0]);
            // Golub and Pereyra, "The differentiation of pseudo-inverses and nonlinear least squares problems", 1973.
            let p = pseudo_inverse(a)?;
            let ph = p.conj().t();
            let dah = da.conj().t();
            let first = p.matmul(da).matmul(p);
            let rows = dah - a_times(a, p, dah)?;
            let second = p.matmul(ph).matmul(rows);
            let columns = dah - p.matmul(a).matmul(dah);
            let third = columns.matmul(ph).matmul(p);
            Ok(smallvec![second + third - first])
        })?[0]
    }

    /// The x of least norm that minimises the norm of a x - b, of matrices `[m, n]` and right sides `[m, k]` or one
    /// vector `[m]`.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (a, b) = (Tensor::new(&[2, 1], &[1.0f32, 1.0])?, Tensor::new(&[2], &[1.0f32, 3.0])?);
    /// gomlx::assert_close!(linalg::lstsq(&a, &b), Tensor::new(&[1], &[2.0f32])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn lstsq(self, a: Tensor, b: Tensor) -> Tensor<T> {
        self.pinv(a).matmul(b)
    }

    /// The exponential of square matrices `[.., n, n]`, by a Padé approximant of degree 13 after halving and before
    /// squaring (Higham, "The scaling and squaring method for the matrix exponential revisited", 2005).
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// gomlx::assert_close!(linalg::expm(&Tensor::<f32>::zeros(&[2, 2])), Tensor::<f32>::eye(2, 2, 0));
    /// ```
    fn expm(self, x: Tensor) -> Tensor<T> {
        x.square_size()?;
        exponential(x)?
    }

    /// The solution x of l l^H x = b, from the lower triangle l that [`cholesky`] gives.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let l = Tensor::new(&[1, 1], &[2.0f32])?;
    /// assert_eq!(linalg::cho_solve(&l, &Tensor::new(&[1], &[8.0f32])?).to_vec()?, [2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cho_solve(self, l: Tensor, b: Tensor) -> Tensor<T> {
        if b.rank()? == 1 {
            return Ok(self.cho_solve(l, b.expand_dims(-1)).squeeze(-1));
        }
        let y = self.solve_triangular(l, b, true);
        self.solve_triangular(l.conj().t(), y, false)
    }
}

/// The factors q and r.
fn orthogonal<'c>(x: Var<'c>) -> Composed<Vars<'c>> {
    let (m, n) = x.matrix_sizes()?;
    let (c, k) = (x.composer(), m.min(n));
    let packed = c.emit_regions(Op::Factor(Factorization::Qr), &[x], &[])?;
    let columns = packed[0].slice_axis(-1, 0, k);
    let q = c.emit_regions(Op::Factor(Factorization::Reflectors), &[columns, packed[1]], &[])?[0];
    Ok(smallvec![q, packed[0].slice_axis(-2, 0, k).triu(0)])
}

/// With M = Qᴴ dA R⁻¹: dQ = Q (low - lowᴴ - M + i diag) + dA R⁻¹, where `low` is below the diagonal of M, and
/// dR = (M - low + lowᴴ) R (Walter and Lehmann, "Algorithmic differentiation of linear algebra functions", 2018).
fn orthogonal_tangent<'c>(x: Var<'c>, dx: Var<'c>) -> Composed<Vars<'c>> {
    let factors = orthogonal(x)?;
    let (q, r) = (factors[0], factors[1]);
    let solve = TriangularSolve { left_side: false, lower: false, unit_diagonal: false, transpose_a: TransposeA::NoTranspose };
    let scaled = x.composer().emit(Op::TriangularSolve(solve), &[r, dx]);
    let inner = q.conj().t().matmul(scaled);
    let low = inner.tril(-1);
    let mut turn = low - low.conj().t();
    if x.dtype()?.is_complex() {
        // The diagonal of r stays real.
        let diagonal = inner * inner.identity_like()?;
        turn = turn + (diagonal - diagonal.conj()) * 0.5;
    }
    let dq = q.matmul(turn - inner) + scaled;
    let dr = (inner - turn).matmul(r);
    Ok(smallvec![dq, dr])
}

fn pseudo_inverse<'c>(x: Var<'c>) -> Composed<Var<'c>> {
    let (m, n) = x.matrix_sizes()?;
    let c = x.composer();
    let (u, s, vh) = c.svd(x);
    let least = s.max_keep(-1) * (10.0 * m.max(n) as f64 * s.epsilon()?);
    let kept = s.gt(least);
    let (zero, one) = (c.scalar(s.dtype()?, 0.0), c.scalar(s.dtype()?, 1.0));
    let inverse = (1.0 / s.select(kept, one)).select(kept, zero);
    Ok((vh.conj().t() * inverse.convert(x.dtype()?).expand_dims(-2)).matmul(u.conj().t()))
}

/// The product `m a p` of the conjugate transpose `m` of a tangent with the projection `a p`.
fn a_times<'c>(a: Var<'c>, p: Var<'c>, m: Var<'c>) -> Composed<Var<'c>> {
    Ok(m.matmul(a.matmul(p)))
}

/// The coefficients of Higham's approximant of degree 13.
const PADE: [f64; 14] = [
    64764752532480000.0,
    32382376266240000.0,
    7771770303897600.0,
    1187353796428800.0,
    129060195264000.0,
    10559470521600.0,
    670442572800.0,
    33522128640.0,
    1323241920.0,
    40840800.0,
    960960.0,
    16380.0,
    182.0,
    1.0,
];

fn exponential<'c>(x: Var<'c>) -> Composed<Var<'c>> {
    /// The most halvings: a matrix of a greater norm overflows.
    const HALVINGS: usize = 16;
    const REACH: f64 = 5.371920351148152;
    let c = x.composer();
    // How often the greatest column sum is halved until the approximant is exact.
    let norm = x.abs().stopped_gradient().sum_axis(-2).max_axis(-1);
    let halvings = (norm / REACH).log2().ceil().maximum(0.0).minimum(HALVINGS as f64);
    let halvings = halvings.expand_dims(-1).expand_dims(-1);
    let a = x * (-halvings).exp2().convert(x.dtype()?);
    let identity = a.identity_like()?;
    let (a2, b) = (a.matmul(a), PADE);
    let a4 = a2.matmul(a2);
    let a6 = a4.matmul(a2);
    let inner = a6.matmul(a6 * b[13] + a4 * b[11] + a2 * b[9]);
    let u = a.matmul(inner + a6 * b[7] + a4 * b[5] + a2 * b[3] + identity * b[1]);
    let v = a6.matmul(a6 * b[12] + a4 * b[10] + a2 * b[8]) + a6 * b[6] + a4 * b[4] + a2 * b[2] + identity * b[0];
    let approximant = c.solve(v - u, v + u);
    let squared = c.repeat(HALVINGS, &[approximant], |step, state| {
        let goes_on = step.convert(halvings.dtype()?).lt(halvings);
        // Where no squaring is left, that of the identity is finite.
        let base = state[0].select(goes_on, identity);
        Ok(smallvec![base.matmul(base).select(goes_on, state[0])])
    })?;
    match squared.first() {
        Some(&power) => Ok(power),
        None => Err(c.wrong(Code::Attribute, "nothing was squared")),
    }
}
