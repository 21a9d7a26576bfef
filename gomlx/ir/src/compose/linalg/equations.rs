// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Matrix equations that are solved by Schur forms, and tridiagonal systems.

use smallvec::smallvec;

use super::super::declare::functions;
use super::super::{Composed, Composer, Var};
use super::factors::{same_batch, triangular};
use crate::{Code, DType, Dim, TransposeA};

functions! { equations, Linalg:
    /// The solution x `[.., m, n]` of Sylvester's equation a x + x b = q, of matrices `[.., m, m]` and `[.., n, n]`
    /// (Bartels and Stewart, 1972). Infinite or NaN where an eigenvalue of a is the negative of one of b.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, linalg};
    /// let (a, b) = (Tensor::new(&[2, 2], &[1.0f32, 2.0, 3.0, 4.0])?, Tensor::new(&[1, 1], &[1.0f32])?);
    /// let q = Tensor::new(&[2, 1], &[1.0f32, 2.0])?;
    /// let x = linalg::solve_sylvester(&a, &b, &q);
    /// assert_close!(a.matmul(&x) + x.matmul(&b), q, 1e-5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn solve_sylvester(self, a: Tensor, b: Tensor, q: Tensor) -> Tensor<T> {
        let ((m, n), sizes) = (q.matrix_sizes()?, (a.square_size()?, b.square_size()?));
        if sizes != (m, n) {
            let message = format_args!("the sizes of {}, {} and {} do not match in a x + x b = q", a.shape()?, b.shape()?, q.shape()?);
            return Err(self.wrong(Code::Shape, message));
        }
        let (a, q) = same_batch(a, q)?;
        let (b, q) = same_batch(b, q)?;
        let (a, _) = same_batch(a, q)?;
        self.custom_jvp(
            &[a, b, q],
            |args| Ok(smallvec![sylvester(args[0], args[1], args[2])?]),
            |args, tangents| {
                let x = sylvester(args[0], args[1], args[2])?;
                let right = tangents[2] - tangents[0].matmul(x) - x.matmul(tangents[1]);
                Ok(smallvec![sylvester(args[0], args[1], right)?])
            },
        )?[0]
    }

    /// The principal square root r of matrices `[.., n, n]`, with r r = x, complex (Björck and Hammarling, 1983). A
    /// singular matrix that has no root gives infinities.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, linalg};
    /// let x = Tensor::new(&[2, 2], &[5.0f32, 4.0, 4.0, 5.0])?;
    /// assert_close!(linalg::sqrtm(&x).real(), Tensor::new(&[2, 2], &[2.0f32, 1.0, 1.0, 2.0])?, 1e-5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn sqrtm(self, x: Tensor) -> Tensor<ComplexOf<T>> {
        x.square_size()?;
        let x = x.convert(x.dtype()?.complex());
        self.custom_jvp(
            &[x],
            |args| Ok(smallvec![square_root(args[0])?]),
            |args, tangents| {
                let root = square_root(args[0])?;
                Ok(smallvec![sylvester(root, root, tangents[0])?])
            },
        )?[0]
    }

    /// The polar decomposition x = u p of matrices `[.., m, n]` with m at least n: u `[.., m, n]` with orthonormal
    /// columns and the positive semidefinite p `[.., n, n]`. The derivative is infinite where a matrix has not full
    /// rank.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close, linalg};
    /// let x = Tensor::new(&[2, 2], &[0.0f32, -2.0, 3.0, 0.0])?;
    /// let (u, p) = linalg::polar_decomposition(&x);
    /// assert_close!(u, Tensor::new(&[2, 2], &[0.0f32, -1.0, 1.0, 0.0])?, 1e-6);
    /// assert_close!(p, Tensor::new(&[2, 2], &[3.0f32, 0.0, 0.0, 2.0])?, 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "polar")]
    fn polar_decomposition(self, x: Tensor) -> (Tensor<T>, Tensor<T>) {
        let (m, n) = x.matrix_sizes()?;
        if m < n {
            return Err(self.wrong(Code::Shape, format_args!("{} has fewer rows than columns", x.shape()?)));
        }
        let results = self.with_tangent(
            &[x],
            |args| {
                let (u, s, vh) = self.svd(args[0]);
                let v = vh.conj().t();
                Ok(smallvec![u.matmul(vh), (v * s.convert(v.dtype()?).expand_dims(-2)).matmul(vh)])
            },
            |args, tangents| {
                // The turn w of u solves p w + w p = u^H dx - dx^H u.
                let ((u, p), dx) = (self.polar_decomposition(args[0]), tangents[0]);
                let inner = u.conj().t().matmul(dx);
                let turn = sylvester(p, p, inner - inner.conj().t())?;
                let rest = dx - u.matmul(inner);
                let outside = self.solve(p, rest.conj().t()).conj().t();
                Ok(smallvec![u.matmul(turn) + outside, inner - turn.matmul(p)])
            },
        )?;
        (results[0], results[1])
    }

    /// The solution x of systems with a tridiagonal matrix, of its diagonals `[.., n]` and right sides `[.., n, k]`, by
    /// elimination with pivots (LAPACK's `gtsv`). `lower` and `upper` are as long as the diagonal: the first element of
    /// `lower` and the last of `upper` are not read. Infinite or NaN where a matrix is singular.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (off, diagonal) = (Tensor::new(&[3], &[1.0f32, 1.0, 1.0])?, Tensor::new(&[3], &[2.0f32, 2.0, 2.0])?);
    /// let b = Tensor::new(&[3, 1], &[3.0f32, 4.0, 3.0])?;
    /// gomlx::assert_close!(linalg::tridiagonal_solve(&off, &diagonal, &off, &b), Tensor::ones(&[3, 1]), 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn tridiagonal_solve(self, lower: Tensor, diagonal: Tensor, upper: Tensor, b: Tensor) -> Tensor<T> {
        self.eliminated(lower, diagonal, upper, b)?.1
    }
}

impl<'c> Composer<'c> {
    /// The pivots `[.., n]` and the solution of tridiagonal systems.
    pub(crate) fn eliminated(&'c self, lower: Var<'c>, diagonal: Var<'c>, upper: Var<'c>, b: Var<'c>) -> Composed<(Var<'c>, Var<'c>)> {
        let (shape, wanted) = (diagonal.shape()?, b.shape()?);
        let fits = shape.rank() + 1 == wanted.rank() && wanted.rank() >= 2 && wanted.dims[..shape.rank()] == shape.dims[..];
        if !fits || lower.shape()? != shape || upper.shape()? != shape {
            let message = format_args!("{}, {shape} and {} are not the diagonals of matrices for {wanted}", lower.shape()?, upper.shape()?);
            return Err(self.wrong(Code::Shape, message));
        }
        let (n, k) = b.matrix_sizes()?;
        if n == 0 {
            return Ok((diagonal, b));
        }
        let [l, d, u] = [lower, diagonal, upper].map(|line| line.expand_dims(-1));
        // The matrix ends with its last row.
        let places = self.iota(DType::I32, [Dim::Lit(n), Dim::Lit(1)], 0);
        let u = u.select(places.lt(n as i32 - 1), 0);
        let none = d.slice_axis(-2, 0, 1).zeros_like();
        let row = |x: Var<'c>, i: Var<'c>, width: usize| x.part_at(&[i, self.scalar(DType::I32, 0.0)], &[1, width]);
        let [first, right] = [d, u].map(|line| line.slice_axis(-2, 0, 1));
        // The rows of the triangle: pivots, and both elements right of them; then the rest of the row at hand.
        let state = [d, u, d.zeros_like(), b, first, right, b.slice_axis(-2, 0, 1)];
        let state = self.repeat(n - 1, &state, |i, s| {
            let next = i + 1;
            let below = [row(l, next, 1)?, row(d, next, 1)?, row(u, next, 1)?, row(b, next, k)?];
            let own = [s[4], s[5], none, s[6]];
            let swaps = own[0].l1_size()?.lt(below[0].l1_size()?);
            let choose = |yes: [Var<'c>; 4], no: [Var<'c>; 4]| [0, 1, 2, 3].map(|j| yes[j].select(swaps, no[j]));
            let (pivot, other) = (choose(below, own), choose(own, below));
            let factor = other[0] / pivot[0];
            let mut state = s.iter().copied().collect::<super::super::Vars<'c>>();
            let zero = self.scalar(DType::I32, 0.0);
            for j in 0..4 {
                state[j] = s[j].with_part_at(&[i, zero], pivot[j])?;
            }
            state[4] = other[1] - factor * pivot[1];
            state[5] = other[2] - factor * pivot[2];
            state[6] = other[3] - factor * pivot[3];
            Ok(state)
        })?;
        let (last, zero) = (self.scalar(DType::I32, n as f64 - 1.0), self.scalar(DType::I32, 0.0));
        let pivots = state[0].with_part_at(&[last, zero], state[4])?;
        let right = state[3].with_part_at(&[last, zero], state[6])?;
        // Two rows of zeros stand for what is right of the matrix.
        let mut padding = vec![(0, 0); right.rank()? - 2];
        padding.extend([(0, 2), (0, 0)]);
        let solved = self.repeat(n, &[right.pad(&padding, 0)], |step, s| {
            let i = last - step;
            let sum = row(state[1], i, 1)? * row(s[0], i + 1, k)? + row(state[2], i, 1)? * row(s[0], i + 2, k)?;
            // Beyond the last row the rest of it counts, which is zero.
            let is_last = i.eq(last);
            let sum = sum.select(!is_last, 0);
            let x = (row(s[0], i, k)? - sum) / row(pivots, i, 1)?;
            Ok(smallvec![s[0].with_part_at(&[i, self.scalar(DType::I32, 0.0)], x)?])
        })?;
        Ok((pivots.squeeze(-1), solved[0].slice_axis(-2, 0, n)))
    }
}

/// The solution of a x + x b = q: by complex Schur forms, a column a step.
fn sylvester<'c>(a: Var<'c>, b: Var<'c>, q: Var<'c>) -> Composed<Var<'c>> {
    let (c, (m, n), dtype) = (q.composer(), q.matrix_sizes()?, q.dtype()?);
    let wide = dtype.complex();
    let ((ta, za), (tb, zb)) = (c.schur(a.convert(wide)), c.schur(b.convert(wide)));
    let right = za.conj().t().matmul(q.convert(wide)).matmul(zb);
    let identity = ta.identity_like()?;
    let solved = c.repeat(n, &[right.zeros_like()], |k, state| {
        let zero = c.scalar(DType::I32, 0.0);
        let column = tb.part_at(&[zero, k], &[n, 1])?;
        let rest = right.part_at(&[zero, k], &[m, 1])? - state[0].matmul(column);
        let matrix = ta + identity * tb.part_at(&[k, k], &[1, 1])?;
        Ok(smallvec![state[0].with_part_at(&[zero, k], triangular(matrix, rest, false, false, TransposeA::NoTranspose))?])
    })?;
    let x = za.matmul(solved[0]).matmul(zb.conj().t());
    Ok(if dtype.is_complex() { x } else { x.real() })
}

/// The principal square root of complex matrices, a column of that of the triangle a step.
fn square_root<'c>(x: Var<'c>) -> Composed<Var<'c>> {
    let (c, n, dtype) = (x.composer(), x.square_size()?, x.dtype()?);
    let (t, z) = c.schur(x);
    let roots = t.diagonal(0, -2, -1).sqrt();
    let identity = t.identity_like()?;
    let root = c.repeat(n, &[identity * roots.expand_dims(-2)], |j, state| {
        let zero = c.scalar(DType::I32, 0.0);
        let rows = c.iota(DType::I32, [Dim::Lit(n), Dim::Lit(1)], 0);
        let own = state[0].part_at(&[j, j], &[1, 1])?;
        let sums = roots.expand_dims(-1) + own;
        let (above, vanishes) = (rows.lt(j), sums.eq(0));
        let sums = sums.select(above & !vanishes, 1);
        let matrix = state[0] * (c.scalar(dtype, 1.0) - identity) + identity * sums;
        let right = t.part_at(&[zero, j], &[n, 1])?.select(above, 0);
        let column = triangular(matrix, right, false, false, TransposeA::NoTranspose);
        let column = c.scalar(dtype, f64::INFINITY).select(above & vanishes & column.ne(0), column);
        let column = own.select(rows.eq(j), column);
        Ok(smallvec![state[0].with_part_at(&[zero, j], column)?])
    })?;
    Ok(z.matmul(root[0]).matmul(z.conj().t()))
}
