// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reductions of square matrices by Householder's reflections, one column a step, and parts of matrices from computed
//! positions. The algorithms are those of Golub and Van Loan, "Matrix Computations", 4th edition.

use smallvec::smallvec;

use super::super::declare::functions;
use super::super::{Composed, Var};
use crate::{Axes, DType, Dim, Factorization, Op};

functions! { reductions_of_matrices, Linalg:
    /// The Hessenberg form h of matrices `[.., n, n]`, which is zero below the first diagonal under the main one, and
    /// the unitary q with x = q h q^H (Householder's reflections, as LAPACK's `gehrd`).
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[3, 3], &[1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0])?;
    /// let (h, q) = linalg::hessenberg(&x);
    /// assert_eq!(h.to_vec()?[6], 0.0);
    /// gomlx::assert_close!(q.matmul(&h).matmul(&q.t()), x, 1e-5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn hessenberg(self, x: Tensor) -> (Tensor<T>, Tensor<T>) {
        let (packed, taus) = x.packed_hessenberg()?;
        (packed.triu(-1), unitary(packed, taus)?)
    }
}

/// The product of the reflections of a packed Hessenberg form.
fn unitary<'c>(packed: Var<'c>, taus: Var<'c>) -> Composed<Var<'c>> {
    let (c, n, rank) = (packed.composer(), packed.square_size()?, packed.rank()?);
    if n < 2 {
        return packed.identity_like();
    }
    let below = packed.slice_axis(-2, 1, n).slice_axis(-1, 0, n - 1);
    let q = c.emit_regions(Op::Factor(Factorization::Reflectors), &[below, taus], &[])?[0];
    let mut padding = vec![(0, 0); rank - 2];
    padding.extend([(1, 0), (1, 0)]);
    let corner = c.eye(packed.dtype()?, 1, 1, 0).pad([(0, n as i64 - 1), (0, n as i64 - 1)], 0);
    Ok(q.pad(padding, 0) + corner)
}

/// The reflection `1 - tau v v^H`, whose adjoint turns columns into `beta` times the first unit vector; the rest of `v`
/// after its leading one is the rest of the column divided by `divisor`. The identity where the rest is zero and the
/// first element real.
pub(super) struct Reflection<'c> {
    pub tau: Var<'c>,
    pub beta: Var<'c>,
    pub divisor: Var<'c>,
}

impl<'c> Reflection<'c> {
    /// The reflection (algorithm 5.1.1, with LAPACK's signs) of the first elements `[.., 1, 1]` and the others
    /// `[.., n, 1]`, between which there may be zeros.
    pub(super) fn of(first: Var<'c>, rest: Var<'c>) -> Composed<Reflection<'c>> {
        let (c, dtype) = (first.composer(), first.dtype()?);
        let one = c.scalar(dtype.real(), 1.0);
        let largest = rest.abs().max_keep(-2).maximum(first.abs());
        let scale = one.select(largest.eq(0), largest);
        let below = (rest / scale.convert(dtype)).abs_squared().sum_keep(-2);
        let (re, im) = (first.real() / scale, first.imag() / scale);
        let is_identity = below.eq(0) & im.eq(0);
        let norm = (re.square() + im.square() + below).sqrt() * scale;
        let beta = first.real().select(is_identity, norm.select(re.lt(0), -norm));
        let safe = one.select(is_identity, beta).convert(dtype);
        let unit = c.scalar(dtype, 1.0);
        let tau = c.scalar(dtype, 0.0).select(is_identity, (safe - first) / safe);
        Ok(Reflection { tau, beta: beta.convert(dtype), divisor: unit.select(is_identity, first - beta.convert(dtype)) })
    }

    /// The adjoint times a matrix.
    pub(super) fn left(&self, v: Var<'c>, x: Var<'c>) -> Var<'c> {
        x - (v * self.tau.conj()).matmul(v.conj().t().matmul(x))
    }

    /// A matrix times the reflection.
    pub(super) fn right(&self, x: Var<'c>, v: Var<'c>) -> Var<'c> {
        x - x.matmul(v * self.tau).matmul(v.conj().t())
    }
}

impl<'c> Var<'c> {
    /// A part of the last axes, from computed positions.
    pub(super) fn part_at(self, starts: &[Var<'c>], sizes: &[usize]) -> Composed<Var<'c>> {
        let whole = self.rank()? - sizes.len();
        let mut all = (0..whole).map(|axis| self.size(axis)).collect::<Composed<Axes>>()?;
        all.extend_from_slice(sizes);
        Ok(self.composer().emit(Op::DynamicSlice(all), &self.at_starts(&[], starts)?))
    }

    /// The tensor with another part of the last axes, from computed positions.
    pub(super) fn with_part_at(self, starts: &[Var<'c>], part: Var<'c>) -> Composed<Var<'c>> {
        Ok(self.composer().emit(Op::DynamicUpdateSlice, &self.at_starts(&[part], starts)?))
    }

    fn at_starts(self, part: &[Var<'c>], starts: &[Var<'c>]) -> Composed<Vec<Var<'c>>> {
        let zero = self.composer().scalar(DType::I32, 0.0);
        let whole = vec![zero; self.rank()? - starts.len()];
        Ok([&[self], part, &whole, starts].concat())
    }

    /// The sum of the magnitudes of the parts.
    pub(super) fn l1_size(self) -> Composed<Var<'c>> {
        Ok(if self.dtype()?.is_complex() { self.real().abs() + self.imag().abs() } else { self.abs() })
    }

    /// The Hessenberg form on and above the first diagonal under the main one, with the vectors of the reflections
    /// below; and their factors `[.., n - 1]` (algorithm 7.4.2; LAPACK's `gehrd`).
    pub(crate) fn packed_hessenberg(self) -> Composed<(Var<'c>, Var<'c>)> {
        let (c, n, dtype, rank) = (self.composer(), self.square_size()?, self.dtype()?, self.rank()?);
        let mut dims = self.dims()?;
        dims[rank - 2] = Dim::Lit(1);
        dims[rank - 1] = Dim::Lit(n.saturating_sub(1));
        let taus = c.zeros(dtype, &dims);
        if n < 2 {
            return Ok((self, taus.squeeze(-2)));
        }
        let state = c.repeat(n - 1, &[self, taus], |k, state| {
            let (a, taus) = (state[0], state[1]);
            let (zero, next) = (c.scalar(DType::I32, 0.0), k + 1);
            let rows = c.iota(DType::I32, [Dim::Lit(n), Dim::Lit(1)], 0);
            let column = a.part_at(&[zero, k], &[n, 1])?;
            let rest = column.select(rows.gt(next), 0);
            let reflection = Reflection::of(a.part_at(&[next, k], &[1, 1])?, rest)?;
            let (below, first) = (rest / reflection.divisor, rows.eq(next));
            let v = below + first.convert(dtype);
            // Columns up to this one keep the vectors of earlier reflections.
            let later = c.iota(DType::I32, [Dim::Lit(1), Dim::Lit(n)], 1).gt(k);
            let active = reflection.left(v, a.select(later, 0));
            let active = reflection.right(active, v);
            let packed = reflection.beta.select(first, below.select(rows.gt(next), column));
            let a = active.select(later, a).with_part_at(&[zero, k], packed)?;
            Ok(smallvec![a, taus.with_part_at(&[zero, k], reflection.tau)?])
        })?;
        Ok((state[0], state[1].squeeze(-2)))
    }

    /// The tridiagonal form of Hermitian matrices, of which one triangle is read: a matrix that has the vectors of the
    /// reflections in this triangle, and as it was in the other; the diagonal; the real off-diagonal; the factors
    /// (section 8.3.1; LAPACK's `sytrd` and `hetrd`).
    pub(crate) fn tridiagonal(self, lower: bool) -> Composed<[Var<'c>; 4]> {
        if !lower {
            // The same reduction from the other end.
            let reversed = self.reverse([-2, -1]).tridiagonal(true)?;
            let [packed, diagonal, off, taus] = reversed;
            return Ok([packed.reverse([-2, -1]), diagonal.reverse(-1), off.reverse(-1), taus.reverse(-1)]);
        }
        let strictly = self.tril(-1);
        let diagonal = (self * self.identity_like()?).real().convert(self.dtype()?);
        let (packed, taus) = (strictly + strictly.conj().t() + diagonal).packed_hessenberg()?;
        let packed_diagonal = packed.diagonal(0, -2, -1).real();
        let off = packed.diagonal(-1, -2, -1).real();
        Ok([packed.tril(0) + self.triu(1), packed_diagonal, off, taus])
    }
}
