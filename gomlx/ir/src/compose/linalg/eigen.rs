// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Eigenvalues and eigenvectors of general matrices, from their Schur form.

use smallvec::smallvec;

use super::super::declare::functions;
use super::super::{Composed, Var, Vars};
use crate::{BinaryOp, DType, Dim};

functions! { eigen, Linalg:
    /// The eigenvalues `[.., n]` of matrices `[.., n, n]`, complex and in no order. Of real matrices those that are not
    /// real come in pairs, the one with the positive imaginary part first. NaN if an element is not finite. The
    /// derivative is infinite where eigenvalues are equal and a matrix has no full set of eigenvectors.
    ///
    /// ```
    /// use gomlx::{Tensor, c64, linalg};
    /// let values = linalg::eigvals(&Tensor::new(&[2, 2], &[0.0f32, 1.0, -1.0, 0.0])?);
    /// assert_eq!(values.to_vec()?, [c64::new(0.0, 1.0), c64::new(0.0, -1.0)]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn eigvals(self, x: Tensor) -> Tensor<ComplexOf<T>> {
        self.with_tangent(
            &[x],
            |args| Ok(smallvec![self.schur(args[0].balanced()?.0).0.schur_values()?]),
            |args, tangents| {
                let (_, v) = self.eig(args[0]);
                let change = self.solve(v, tangents[0].convert(v.dtype()?));
                Ok(smallvec![(change * v.t()).sum_axis(-1)])
            },
        )?[0]
    }

    /// The eigenvalues `[.., n]`, as [`eigvals`] gives them, and the eigenvectors `[.., n, n]` in columns, of matrices
    /// `[.., n, n]`; both complex. A vector has norm 1, and its largest element is real and positive. The derivative of
    /// the vectors is infinite where eigenvalues are equal.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, linalg};
    /// let x = Tensor::new(&[2, 2], &[2.0f32, 1.0, 0.0, 3.0])?;
    /// let (values, vectors) = linalg::eig(&x);
    /// assert_close!(values.real(), Tensor::new(&[2], &[2.0f32, 3.0])?, 1e-6);
    /// assert_close!(x.matmul(&vectors.real()), vectors.real() * values.real(), 1e-5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn eig(self, x: Tensor) -> (Tensor<ComplexOf<T>>, Tensor<ComplexOf<T>>) {
        let results = self.with_tangent(
            &[x],
            |args| {
                let eigen = args[0].eigen()?;
                Ok(smallvec![eigen.values, eigen.right()?])
            },
            |args, tangents| eigen_tangents(self.eig(args[0]), tangents[0]),
        )?;
        (results[0], results[1])
    }
}

/// With P = V⁻¹ dA V: dw = diag(P), dV = U + V diag(c), U = V (F * P), F = 1 / (w_j - w_i) off the diagonal; c keeps
/// the norm and the real element (Giles, "Collected matrix derivative results for forward and reverse mode
/// algorithmic differentiation", 2008).
fn eigen_tangents<'c>((w, v): (Var<'c>, Var<'c>), dx: Var<'c>) -> Composed<Vars<'c>> {
    let (c, identity) = (w.composer(), v.identity_like()?);
    let factor = 1.0 / (identity + w.expand_dims(-2) - w.expand_dims(-1)) - identity;
    let p = c.solve(v, dx.convert(v.dtype()?).matmul(v));
    let u = v.matmul(factor * p);
    let largest = is_largest(v)?.convert(v.dtype()?);
    let re = -(v.conj() * u).sum_keep(-2).real();
    let im = -(largest * u).sum_keep(-2).imag() / (largest * v).sum_keep(-2).real();
    Ok(smallvec![(p * identity).sum_axis(-1), u + v * c.complex(re, im)])
}

/// The largest element of each column.
fn is_largest<'c>(v: Var<'c>) -> Composed<Var<'c>> {
    let (c, dims, rank) = (v.composer(), v.dims()?, v.rank()?);
    let largest = v.abs().stopped_gradient().argmax(-2).expand_dims(-2);
    Ok(c.iota(DType::I32, &dims, rank - 2).eq(largest))
}

/// The eigenvalues of matrices, and the complex Schur form of the matrices after they were balanced.
pub(crate) struct Eigen<'c> {
    pub values: Var<'c>,
    scale: Var<'c>,
    t: Var<'c>,
    z: Var<'c>,
    is_real: bool,
}

impl<'c> Var<'c> {
    /// The eigenvalues of a Schur form.
    pub(crate) fn schur_values(self) -> Composed<Var<'c>> {
        let t = self;
        let (c, n, diagonal) = (t.composer(), t.square_size()?, t.diagonal(0, -2, -1));
        if t.dtype()?.is_complex() {
            return Ok(diagonal);
        }
        if n == 0 {
            return Ok(c.complex(diagonal, diagonal));
        }
        let (low, high) = (t.diagonal(-1, -2, -1), t.diagonal(1, -2, -1));
        let size = (low.abs().sqrt() * high.abs().sqrt()).select(low.ne(0), 0);
        let mut padding = vec![(0, 0); t.rank()? - 2];
        let mut padded = |ends: (i64, i64)| {
            padding.push(ends);
            let padded = size.pad(&padding, 0);
            padding.pop();
            padded
        };
        Ok(c.complex(diagonal, padded((0, 1)) - padded((1, 0))))
    }

    /// The eigenvalues of square matrices, and what their eigenvectors are computed of.
    pub(crate) fn eigen(self) -> Composed<Eigen<'c>> {
        let (balanced, scale) = self.balanced()?;
        let (t, z) = self.composer().schur(balanced);
        let (values, dtype) = (t.schur_values()?, self.dtype()?);
        let is_real = !dtype.is_complex();
        let (t, z) = self.composer().rsf2csf(t, z);
        Ok(Eigen { values, scale: scale.convert(dtype.complex()), t, z, is_real })
    }

    /// The matrix d^-1 x d with a diagonal d that makes rows and columns alike in size, and d as a column (Parlett and
    /// Reinsch, "Balancing a matrix for calculation of eigenvalues and eigenvectors", 1969). Eigenvalues of matrices
    /// with elements of very different sizes are more exact so.
    fn balanced(self) -> Composed<(Var<'c>, Var<'c>)> {
        /// The most times that each row is looked at.
        const SWEEPS: usize = 10;
        let (c, n, rank, dtype) = (self.composer(), self.square_size()?, self.rank()?, self.dtype()?);
        let mut dims = self.dims()?;
        dims[rank - 1] = Dim::Lit(1);
        let ones = c.ones(dtype.real(), &dims);
        if n < 2 {
            return Ok((self, ones));
        }
        let size = i32::try_from(n).unwrap_or(i32::MAX);
        let number = |x: f64| c.scalar(DType::I32, x);
        let within = |count: Var<'c>| count.binary(BinaryOp::Remainder, size);
        let state = c.repeat_while(
            &[self, ones, number(0.0), c.scalar(DType::Bool, 1.0)],
            // Ends after a sweep that changes nothing.
            |state| Ok(state[2].lt(number((SWEEPS * n) as f64)) & (within(state[2]).ne(0) | state[3])),
            |state| {
                let (a, d, i, zero) = (state[0], state[1], within(state[2]), number(0.0));
                let (column, row) = (a.part_at(&[zero, i], &[n, 1])?, a.part_at(&[i, zero], &[1, n])?);
                let own = |axis: usize, dims: [usize; 2]| c.iota(DType::I32, dims.map(Dim::Lit), axis).eq(i);
                let (in_column, in_row) = (own(0, [n, 1]), own(1, [1, n]));
                let columns = column.l1_size()?.select(!in_column, 0).sum_keep(-2);
                let rows = row.l1_size()?.select(!in_row, 0).sum_keep(-1);
                let factor = ((rows / columns).log2() * 0.5).round().exp2();
                // Comparisons with NaN, of zeros, are false.
                let helps = (columns * factor + rows / factor).lt((columns + rows) * 0.95);
                let factor = factor.select(helps, 1);
                let wide = factor.convert(dtype);
                let a = a.with_part_at(&[i, zero], row.select(in_row, row / wide))?;
                let a = a.with_part_at(&[zero, i], column.select(in_column, column * wide))?;
                let d = d.with_part_at(&[i, zero], d.part_at(&[i, zero], &[1, 1])? * factor)?;
                let moves = helps.reduce(BinaryOp::Or, &helps.every_axis()?);
                Ok(smallvec![a, d, state[2] + 1, (state[3] & i.ne(0)) | moves])
            },
        )?;
        Ok((state[0], state[1]))
    }

    /// The eigenvectors of upper triangles, by back substitution (LAPACK's `trevc`), upper triangles too.
    fn triangular_vectors(self) -> Composed<Var<'c>> {
        let (c, n, dtype, epsilon) = (self.composer(), self.square_size()?, self.dtype()?, self.epsilon()?);
        let values = self.diagonal(0, -2, -1).expand_dims(-2);
        let tiny = if dtype.real() == DType::F64 { f64::MIN_POSITIVE } else { f64::from(f32::MIN_POSITIVE) } / epsilon;
        // Differences of equal eigenvalues count as rounding errors.
        let least = (self.l1_size()?.max_keep([-2, -1]) * epsilon).maximum(tiny);
        let vectors = c.repeat(n, &[self.zeros_like()], |step, state| {
            let (x, zero) = (state[0], c.scalar(DType::I32, 0.0));
            let i = c.scalar(DType::I32, n as f64 - 1.0) - step;
            let row = self.part_at(&[i, zero], &[1, n])?;
            let difference = self.part_at(&[i, i], &[1, 1])? - values;
            let divisor = least.convert(dtype).select(difference.l1_size()?.lt(least), difference);
            let columns = c.iota(DType::I32, [Dim::Lit(1), Dim::Lit(n)], 1);
            let row = -(row.matmul(x) / divisor);
            let row = row.select(columns.gt(i), columns.eq(i).convert(dtype));
            // Keeps the vectors of almost equal eigenvalues from overflowing.
            let size = row.l1_size()?.maximum(1.0).convert(dtype);
            Ok(smallvec![(x / size).with_part_at(&[i, zero], row / size)?])
        })?;
        Ok(vectors[0])
    }
}

impl<'c> Eigen<'c> {
    /// The right eigenvectors.
    pub(crate) fn right(&self) -> Composed<Var<'c>> {
        self.normalized(self.z.matmul(self.t.triangular_vectors()?) * self.scale)
    }

    /// The left eigenvectors: those of the adjoint matrix.
    pub(crate) fn left(&self) -> Composed<Var<'c>> {
        let reversed = self.t.conj().t().reverse([-2, -1]).triangular_vectors()?;
        self.normalized(self.z.matmul(reversed.reverse([-2, -1])) / self.scale)
    }

    /// Columns of norm 1 with a real largest element. Of real matrices, vectors of real eigenvalues are real, and those
    /// of pairs conjugate.
    fn normalized(&self, v: Var<'c>) -> Composed<Var<'c>> {
        let (c, dtype) = (v.composer(), v.dtype()?);
        let is_largest = is_largest(v)?;
        let largest = v.select(is_largest, 0).sum_keep(-2);
        let v = v / largest;
        let v = c.complex(v.real(), v.imag().select(!is_largest, 0));
        let v = v / v.abs_squared().sum_keep(-2).sqrt().convert(dtype);
        if !self.is_real {
            return Ok(v);
        }
        let imag = self.values.imag().expand_dims(-2);
        let real = c.complex(v.real(), v.imag().zeros_like());
        Ok(real.select(imag.eq(0), v.roll(1, -1).conj().select(imag.lt(0), v)))
    }
}
