// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Schur forms: blocks of two rows on their diagonal, and the whole computation as loops, for backends without code
//! for it. The algorithms are those of Golub and Van Loan, "Matrix Computations", 4th edition.

use smallvec::smallvec;

use super::super::declare::functions;
use super::super::{Composed, Var, Vars};
use super::reduction::Reflection;
use crate::{BinaryOp, Code, DType, Dim, Factorization, Op};

functions! { schur_forms, Linalg:
    /// The Schur form of matrices `[.., n, n]`: the triangle t and the unitary z with x = z t z^H (Francis's QR
    /// iteration, as LAPACK's `gees`). The eigenvalues are on the diagonal of t, in no order. Of real matrices t has
    /// blocks of two rows on its diagonal for pairs of conjugate eigenvalues; convert to complex numbers first for a
    /// triangle. NaN if an element is not finite. It has no derivative.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 2], &[1.0f32, 2.0, 3.0, 4.0])?;
    /// let (t, z) = linalg::schur(&x);
    /// assert_eq!(t.to_vec()?[2], 0.0);
    /// gomlx::assert_close!(z.matmul(&t).matmul(&z.t()), x, 1e-5);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn schur(self, x: Tensor) -> (Tensor<T>, Tensor<T>) {
        x.square_size()?;
        let results = self.emit_regions(Op::Factor(Factorization::Schur), &[x], &[])?;
        (results[0], results[1])
    }

    /// The complex Schur form t and z of a real one: a triangle in place of the blocks of two rows. Of complex matrices
    /// what is given.
    ///
    /// ```
    /// use gomlx::{Tensor, c64, linalg};
    /// let (t, z) = linalg::schur(&Tensor::new(&[2, 2], &[0.0f32, 1.0, -1.0, 0.0])?);
    /// let (t, _) = linalg::rsf2csf(&t, &z);
    /// gomlx::assert_close!(t.diagonal(0, 0, 1).imag(), Tensor::new(&[2], &[1.0f32, -1.0])?, 1e-6);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn rsf2csf(self, t: Tensor, z: Tensor) -> (Tensor<ComplexOf<T>>, Tensor<ComplexOf<T>>) {
        let dtype = t.dtype()?;
        if z.shape()? != t.shape()? {
            return Err(self.wrong(Code::Shape, format_args!("{} and {} are not a Schur form", t.shape()?, z.shape()?)));
        }
        if dtype.is_complex() { (t, z) } else { split_blocks(t.convert(dtype.complex()), z.convert(dtype.complex()))? }
    }
}

/// A Schur form with triangles in place of the blocks of two rows; real blocks with eigenvalues that are not real get
/// equal elements on the diagonal instead, as LAPACK's `lanv2` does.
pub(super) fn split_blocks<'c>(t: Var<'c>, z: Var<'c>) -> Composed<(Var<'c>, Var<'c>)> {
    let (c, n, dtype) = (t.composer(), t.square_size()?, t.dtype()?);
    if n < 2 {
        return Ok((t, z));
    }
    // Rounding may leave a block of two equal eigenvalues, which the second round splits.
    let count = i32::try_from(n - 1).unwrap_or(i32::MAX);
    let state = c.repeat(2 * (n - 1), &[t, z], |step, state| {
        let (t, z, i) = (state[0], state[1], step.binary(BinaryOp::Remainder, count));
        let (one, none, real_one) = (c.scalar(dtype, 1.0), c.scalar(dtype, 0.0), c.scalar(dtype.real(), 1.0));
        let zero = c.scalar(DType::I32, 0.0);
        let [p11, p12, p21, p22] = four(t, i)?;
        let half = (p11 - p22) * 0.5;
        let size = half.l1_size()? + p12.l1_size()? + p21.l1_size()?;
        let size = real_one.select(size.eq(0), size);
        let scale = size.convert(dtype);
        let (p, low) = (half / scale, p21 / scale);
        let square = p * p + p12 / scale * low;
        let (is_pair, root) = if dtype.is_complex() { (None, square.sqrt()) } else { (Some(square.lt(0)), square.maximum(0).sqrt()) };
        let root = (-root).select((p.conj() * root).real().lt(0), root);
        let first = p + root;
        let length = (first.abs_squared() + low.abs_squared()).sqrt().convert(dtype);
        let (mut x, mut y) = (first / length, low / length);
        let mut stays = p21.eq(0);
        if let Some(is_pair) = is_pair {
            let (sum, difference) = ((p12 + p21) / scale, p * 2.0);
            let equal = difference.eq(0);
            let length = one.select(equal, (sum.square() + difference.square()).sqrt());
            let cosine = ((sum.abs() / length + 1.0) * 0.5).sqrt();
            let sine = p / (length * cosine);
            x = cosine.select(is_pair, x);
            y = sine.select(sum.lt(0), -sine).select(is_pair, y);
            stays = stays | (is_pair & equal);
        }
        let (x, y) = (one.select(stays, x), none.select(stays, y));
        let rows = t.part_at(&[i, zero], &[2, n])?;
        let (upper, lower) = (rows.slice_axis(-2, 0, 1), rows.slice_axis(-2, 1, 2));
        let rows = c.concat([x.conj() * upper + y.conj() * lower, x * lower - y * upper], -2);
        let turned = |matrix: Var<'c>| {
            let columns = matrix.part_at(&[zero, i], &[n, 2])?;
            let (left, right) = (columns.slice_axis(-1, 0, 1), columns.slice_axis(-1, 1, 2));
            let columns = c.concat([left * x + right * y, right * x.conj() - left * y.conj()], -1);
            matrix.with_part_at(&[zero, i], columns)
        };
        let (t, z) = (turned(t.with_part_at(&[i, zero], rows)?)?, turned(z)?);
        let [mut p11, p12, mut p21, mut p22] = four(t, i)?;
        match is_pair {
            None => p21 = none.broadcast(&p21.dims()?),
            Some(is_pair) => {
                let mean = (p11 + p22) * 0.5;
                (p11, p22) = (mean.select(is_pair, p11), mean.select(is_pair, p22));
                p21 = p21.select(is_pair & p21.ne(0), 0);
            }
        }
        let block = c.concat([c.concat([p11, p12], -1), c.concat([p21, p22], -1)], -2);
        Ok(smallvec![t.with_part_at(&[i, i], block)?, z])
    })?;
    Ok((state[0], state[1]))
}

/// The elements of two rows and columns at a computed position, each `[.., 1, 1]`.
fn four<'c>(t: Var<'c>, i: Var<'c>) -> Composed<[Var<'c>; 4]> {
    let block = t.part_at(&[i, i], &[2, 2])?;
    Ok([(0, 0), (0, 1), (1, 0), (1, 1)].map(|(row, column)| block.slice_axis(-2, row, row + 1).slice_axis(-1, column, column + 1)))
}

/// [`Factorization::Schur`] as loops, one matrix after another.
pub(crate) fn schur_by_loops<'c>(x: Var<'c>) -> Composed<Vars<'c>> {
    let (c, n, rank, dims) = (x.composer(), x.square_size()?, x.rank()?, x.dims()?);
    let batch = (0..rank - 2).map(|axis| x.size(axis)).product::<Composed<usize>>()?;
    let (mut t, mut z) = c.hessenberg(x);
    let parts = x.l1_size()?;
    let mut is_good = parts.is_finite().reduce(BinaryOp::And, &[rank - 2, rank - 1]);
    if n > 2 && batch > 0 {
        let whole = [Dim::Lit(batch), Dim::Lit(n), Dim::Lit(n)];
        // A QR step turns three rows; the last one turns two and the padding.
        t = t.with_dims(&whole).pad([(0, 0), (0, 1), (0, 1)], 0);
        z = z.with_dims(&whole).pad([(0, 0), (0, 0), (0, 1)], 0);
        let ended = c.full(DType::Bool, [batch.into()], 1);
        let state = c.repeat(batch, &[t, z, ended], |i, state| {
            let (zero, starts) = (c.scalar(DType::I32, 0.0), |i| [i, c.scalar(DType::I32, 0.0), c.scalar(DType::I32, 0.0)]);
            let t = state[0].part_at(&[i, zero, zero], &[1, n + 1, n + 1])?;
            let z = state[1].part_at(&[i, zero, zero], &[1, n, n + 1])?;
            let (t, z, ended) = iterate(t, z, n)?;
            Ok(smallvec![
                state[0].with_part_at(&starts(i), t)?,
                state[1].with_part_at(&starts(i), z)?,
                state[2].with_part_at(&[i], ended.with_dims(&[Dim::Lit(1)]))?
            ])
        })?;
        t = state[0].slice_axis(-1, 0, n).slice_axis(-2, 0, n).with_dims(&dims);
        z = state[1].slice_axis(-1, 0, n).with_dims(&dims);
        is_good = is_good & state[2].with_dims(&dims[..rank - 2]);
    }
    let (t, z) = split_blocks(t, z)?;
    let is_good = is_good.expand_dims([-2, -1]);
    Ok(smallvec![t.select(is_good, f64::NAN), z.select(is_good, f64::NAN)])
}

/// Francis's QR steps (algorithm 7.5.1) on one padded Hessenberg matrix, until only blocks of at most two rows are
/// left. Gives whether that many steps were enough.
fn iterate<'c>(t: Var<'c>, z: Var<'c>, n: usize) -> Composed<(Var<'c>, Var<'c>, Var<'c>)> {
    let (c, dtype, epsilon) = (t.composer(), t.dtype()?, t.epsilon()?);
    let tiny = if dtype.real() == DType::F64 { f64::MIN_POSITIVE } else { f64::from(f32::MIN_POSITIVE) };
    let number = |x: usize| c.scalar(DType::I32, x as f64);
    let state = [t, z, number(n - 1), number(0), number(0)];
    let limit = i32::try_from(Factorization::schur_steps(n)).unwrap_or(i32::MAX);
    let goes_on = |state: &[Var<'c>]| Ok(state[2].ge(2) & state[4].lt(limit));
    let state = c.repeat_while(&state, goes_on, |state| {
        let (t, z, last, since) = (state[0], state[1], state[2], state[3] + 1);
        let sizes = t.l1_size()?.slice_axis(-1, 0, n).slice_axis(-2, 0, n);
        let diagonal = sizes.diagonal(0, -2, -1);
        let near = diagonal.slice_axis(-1, 1, n) + diagonal.slice_axis(-1, 0, n - 1);
        let rows = c.iota(DType::I32, [Dim::Lit(1), Dim::Lit(n - 1)], 1) + 1;
        let is_negligible = sizes.diagonal(-1, -2, -1).le(near * epsilon + tiny) & rows.le(last);
        // The last row whose element left of the diagonal is too small to matter.
        let first = rows.select(is_negligible, 0).max();
        let corner = [first, (first - 1).maximum(0)];
        let kept = t.part_at(&corner, &[1, 1])?;
        let t = t.with_part_at(&corner, c.scalar(dtype, 0.0).select(first.gt(0), kept))?;
        let is_split = (first + 1).ge(last);
        let start = start(t, first, last, since.binary(BinaryOp::Remainder, 10).eq(0))?;
        let swept = c.repeat_while(
            &[t, z, last.select(is_split, first)],
            |state| Ok(state[2].lt(last)),
            |state| {
                let (t, z, k, zero) = (state[0], state[1], state[2], c.scalar(DType::I32, 0.0));
                let column = start.select(k.eq(first), t.part_at(&[k, (k - 1).maximum(0)], &[3, 1])?);
                let (head, rest) = (column.slice_axis(-2, 0, 1), column.slice_axis(-2, 1, 3));
                let reflection = Reflection::of(head, rest)?;
                let unit = c.scalar(dtype, 1.0).broadcast(&head.dims()?);
                let v = c.concat([unit, rest / reflection.divisor], -2);
                let rows = reflection.left(v, t.part_at(&[k, zero], &[3, n + 1])?);
                let columns = c.iota(DType::I32, [Dim::Lit(1), Dim::Lit(n + 1)], 1);
                let is_turned = columns.eq(k - 1) & k.gt(first);
                let nothing = c.scalar(dtype, 0.0).broadcast(&rest.dims()?);
                let turned = c.concat([reflection.beta, nothing], -2);
                let t = t.with_part_at(&[k, zero], turned.select(is_turned, rows))?;
                let columns = reflection.right(t.part_at(&[zero, k], &[n + 1, 3])?, v);
                let t = t.with_part_at(&[zero, k], columns)?;
                let columns = reflection.right(z.part_at(&[zero, k], &[n, 3])?, v);
                Ok(smallvec![t, z.with_part_at(&[zero, k], columns)?, k + 1])
            },
        )?;
        let (last, since) = ((first - 1).select(is_split, last), number(0).select(is_split, since));
        Ok(smallvec![swept[0], swept[1], last, since, state[4] + 1])
    })?;
    Ok((state[0], state[1], state[2].lt(2)))
}

/// The first column, `[1, 3, 1]`, of the polynomial whose roots are the eigenvalues of the last two rows, up to a
/// factor. Exceptional steps take other roots, as LAPACK does.
fn start<'c>(t: Var<'c>, first: Var<'c>, last: Var<'c>, is_exceptional: Var<'c>) -> Composed<Var<'c>> {
    let (c, dtype) = (t.composer(), t.dtype()?);
    let [p11, p12, p21, p22] = four(t, last - 1)?;
    let size = (p21.l1_size()? + t.part_at(&[last - 1, last - 2], &[1, 1])?.l1_size()?).convert(dtype);
    let other = p22 + size * 0.75;
    let [p11, p12, p21, p22] =
        [(other, p11), (size * -0.4375, p12), (size, p21), (other, p22)].map(|(rare, usual)| rare.select(is_exceptional, usual));
    let [corner, right, below, next] = four(t, first)?;
    let (r, s) = (corner - p11, corner - p22);
    let end = t.part_at(&[first + 2, first + 1], &[1, 1])?;
    Ok(c.concat([r / below * s - p21 / below * p12 + right, next - p11 + s, end], -2))
}
