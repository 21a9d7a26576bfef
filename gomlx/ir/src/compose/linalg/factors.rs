// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Factorizations of matrices, and what is computed of the factors: solutions and inverses.

use super::super::declare::functions;
use super::super::{Composed, Var};
use crate::{Code, DType, Dim, Factorization, Op, TransposeA, TriangularSolve};

functions! { factors, Linalg:
    /// The lower triangle l of symmetric or Hermitian, positive definite matrices `[.., n, n]` with x = l l^H; the
    /// upper triangle of x is not read. NaN where a matrix is not positive definite.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 2], &[4.0f32, 2.0, 2.0, 2.0])?;
    /// assert_eq!(linalg::cholesky(&x).to_vec()?, [2.0, 0.0, 1.0, 1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cholesky(self, x: Tensor) -> Tensor<T> {
        let factor = self.emit(Op::Cholesky(true), &[x.symmetric()?]);
        factor.tril(0)
    }

    /// The permutation p, the lower triangle l with ones on its diagonal and the upper triangle u with x = p l u, by
    /// partial pivoting, of matrices `[.., m, n]`.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 2], &[0.0f32, 2.0, 1.0, 3.0])?;
    /// let (p, l, u) = linalg::lu(&x);
    /// gomlx::assert_close!(p.matmul(&l).matmul(&u), x);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn lu(self, x: Tensor) -> (Tensor<T>, Tensor<T>, Tensor<T>) {
        let (m, n) = x.matrix_sizes()?;
        let k = m.min(n);
        let (packed, order) = lu_of(x)?;
        let (rows, columns) = (packed.slice_axis(-2, 0, k), packed.slice_axis(-1, 0, k));
        let lower = columns.tril(-1) + columns.identity_like()?;
        let permutation = order.is_class(Dim::Lit(m))?.convert(x.dtype()?).t();
        (permutation, lower, rows.triu(0))
    }

    /// The solution x of a x = b, of matrices `[.., n, n]` and right sides `[.., n, k]`, or one vector `[n]`; batches
    /// broadcast. Infinite or NaN where a is singular.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (a, b) = (Tensor::new(&[2, 2], &[2.0f32, 0.0, 0.0, 4.0])?, Tensor::new(&[2], &[2.0f32, 2.0])?);
    /// assert_eq!(linalg::solve(&a, &b).to_vec()?, [1.0, 0.5]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn solve(self, a: Tensor, b: Tensor) -> Tensor<T> {
        a.square_size()?;
        if b.rank()? == 1 {
            return Ok(self.solve(a, b.expand_dims(-1)).squeeze(-1));
        }
        let (a, b) = same_batch(a, b)?;
        let (packed, order) = lu_of(a)?;
        // The rows of b in the order of the pivots.
        let rows = order.is_class(a.dims()?[a.rank()? - 1].clone())?.convert(a.dtype()?).matmul(b);
        let y = triangular(packed, rows, true, true, TransposeA::NoTranspose);
        triangular(packed, y, false, false, TransposeA::NoTranspose)
    }

    /// The inverse of matrices `[.., n, n]`. Infinite or NaN where a matrix is singular.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 2], &[2.0f32, 0.0, 0.0, 4.0])?;
    /// assert_eq!(linalg::inv(&x).to_vec()?, [0.5, 0.0, 0.0, 0.25]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn inv(self, x: Tensor) -> Tensor<T> {
        self.solve(x, x.identity_like()?)
    }

    /// The solution x of a x = b, of triangular matrices `[.., n, n]` and right sides `[.., n, k]` or one vector `[n]`;
    /// the other triangle of a is not read.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (a, b) = (Tensor::new(&[2, 2], &[2.0f32, 9.0, 1.0, 1.0])?, Tensor::new(&[2], &[2.0f32, 3.0])?);
    /// assert_eq!(linalg::solve_triangular(&a, &b, true).to_vec()?, [1.0, 2.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn solve_triangular(self, a: Tensor, b: Tensor, lower: Flag) -> Tensor<T> {
        if b.rank()? == 1 {
            return Ok(self.solve_triangular(a, b.expand_dims(-1), lower).squeeze(-1));
        }
        let (a, b) = same_batch(a, b)?;
        triangular(a, b, lower, false, TransposeA::NoTranspose)
    }

    /// The ascending eigenvalues `[.., n]` and the eigenvectors `[.., n, n]` in columns of symmetric or Hermitian
    /// matrices. The derivative of the vectors is infinite where eigenvalues are equal.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (values, _) = linalg::eigh(&Tensor::new(&[2, 2], &[2.0f32, 1.0, 1.0, 2.0])?);
    /// gomlx::assert_close!(values, Tensor::new(&[2], &[1.0f32, 3.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn eigh(self, x: Tensor) -> (Tensor<RealOf<T>>, Tensor<T>) {
        x.square_size()?;
        let results = self.emit_regions(Op::Factor(Factorization::Eigh { lower: true }), &[x.symmetric()?], &[])?;
        (results[1], results[0])
    }

    /// The ascending eigenvalues `[.., n]` of symmetric or Hermitian matrices `[.., n, n]`.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let values = linalg::eigvalsh(&Tensor::new(&[2, 2], &[2.0f32, 1.0, 1.0, 2.0])?);
    /// gomlx::assert_close!(values, Tensor::new(&[2], &[1.0f32, 3.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn eigvalsh(self, x: Tensor) -> Tensor<RealOf<T>> {
        self.eigh(x).0
    }

    /// The descending singular values `[.., k]` of matrices `[.., m, n]`, with k the smaller of m and n.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let s = linalg::svdvals(&Tensor::new(&[2, 2], &[3.0f32, 0.0, 0.0, -4.0])?);
    /// gomlx::assert_close!(s, Tensor::new(&[2], &[4.0f32, 3.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn svdvals(self, x: Tensor) -> Tensor<RealOf<T>> {
        self.svd(x).1
    }

    /// The singular value decomposition x = u diag(s) vh of matrices `[.., m, n]`: u `[.., m, k]`, the descending s
    /// `[.., k]` and vh `[.., k, n]`, with k the smaller of m and n.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (_, s, _) = linalg::svd(&Tensor::new(&[2, 2], &[3.0f32, 0.0, 0.0, -4.0])?);
    /// gomlx::assert_close!(s, Tensor::new(&[2], &[4.0f32, 3.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn svd(self, x: Tensor) -> (Tensor<T>, Tensor<RealOf<T>>, Tensor<T>) {
        x.matrix_sizes()?;
        let results = self.emit_regions(Op::Factor(Factorization::Svd { full: false }), &[x], &[])?;
        (results[0], results[1], results[2])
    }

    /// A whole power of matrices `[.., n, n]`, by products; negative ones are powers of the inverse.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 2], &[1.0f32, 1.0, 0.0, 1.0])?;
    /// assert_eq!(linalg::matrix_power(&x, 5).to_vec()?, [1.0, 5.0, 0.0, 1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn matrix_power(self, x: Tensor, exponent: Integer) -> Tensor<T> {
        x.square_size()?;
        let mut square = if exponent < 0 { self.inv(x) } else { x };
        let (mut power, mut rest) = (None::<Var<'_>>, exponent.unsigned_abs());
        while rest > 0 {
            if rest & 1 == 1 {
                power = Some(power.map_or(square, |power| power.matmul(square)));
            }
            rest >>= 1;
            if rest > 0 {
                square = square.matmul(square);
            }
        }
        match power {
            Some(power) => power,
            None => x.identity_like()?,
        }
    }
}

/// The packed factors of matrices and the position in the matrix of each row of the product.
fn lu_of<'c>(x: Var<'c>) -> Composed<(Var<'c>, Var<'c>)> {
    x.matrix_sizes()?;
    let results = x.composer().emit_regions(Op::Factor(Factorization::Lu), &[x], &[])?;
    Ok((results[0], results[2]))
}

/// The solution of triangular systems.
pub(super) fn triangular<'c>(a: Var<'c>, b: Var<'c>, lower: bool, unit_diagonal: bool, transpose_a: TransposeA) -> Var<'c> {
    let solve = TriangularSolve { left_side: true, lower, unit_diagonal, transpose_a };
    a.composer().emit(Op::TriangularSolve(solve), &[a, b])
}

/// Matrices with the batch that both have in common.
pub(super) fn same_batch<'c>(x: Var<'c>, y: Var<'c>) -> Composed<(Var<'c>, Var<'c>)> {
    let c = x.composer();
    let (a, b) = (x.shape()?, y.shape()?);
    if let Some(shape) = [&a, &b].into_iter().find(|shape| shape.rank() < 2) {
        return Err(c.wrong(Code::Shape, format_args!("{shape} is not a matrix")));
    }
    let batch = c.common(&a, &b, &a.dims[..a.rank() - 2], &b.dims[..b.rank() - 2])?;
    let whole = |dims: &[Dim]| -> Vec<Dim> { batch.iter().chain(&dims[dims.len() - 2..]).cloned().collect() };
    Ok((x.broadcast(&whole(&a.dims)), y.broadcast(&whole(&b.dims))))
}

impl<'c> Var<'c> {
    /// The sizes of the matrices in the last two axes.
    pub(crate) fn matrix_sizes(self) -> Composed<(usize, usize)> {
        let (c, shape) = (self.composer(), self.shape()?);
        let [.., m, n] = &shape.dims[..] else {
            return Err(c.wrong(Code::Shape, format_args!("{shape} is not a matrix")));
        };
        m.lit().zip(n.lit()).ok_or_else(|| c.unknown())
    }

    /// The size of square matrices.
    pub(super) fn square_size(self) -> Composed<usize> {
        let (m, n) = self.matrix_sizes()?;
        if m == n { Ok(n) } else { Err(self.composer().wrong(Code::Shape, format_args!("{} is not square", self.shape()?))) }
    }

    /// The matrix itself, whose derivative is that of the mean of it and its conjugate transpose.
    fn symmetric(self) -> Composed<Var<'c>> {
        self.square_size()?;
        let mirrored = self.conj().t();
        Ok((self + mirrored) * 0.5)
    }

    /// Ones on the diagonal of matrices of these dims.
    pub(crate) fn identity_like(self) -> Composed<Var<'c>> {
        let (c, dims, rank) = (self.composer(), self.dims()?, self.rank()?);
        let (rows, columns) = (c.iota(DType::I32, &dims, rank - 2), c.iota(DType::I32, &dims, rank - 1));
        Ok(rows.eq(columns).convert(self.dtype()?))
    }
}
