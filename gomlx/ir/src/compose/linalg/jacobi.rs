// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Eigenvectors of Hermitian matrices by Jacobi's rotations, as loops (Golub and Van Loan, "Matrix Computations", 4th
//! edition, algorithm 8.5.3), for XLA. Its own code leaves up to 1e-8 of the diagonal beside it in every type.

use smallvec::smallvec;

use super::super::{Composed, Var, Vars};
use crate::{BinaryOp, DType, Factorization, Op};

/// The most sweeps over all pairs. XLA's vectors leave one or two to do.
const SWEEPS: usize = 30;

/// [`Factorization::Eigh`]: that of XLA, then sweeps of rotations until the rest off the diagonal is rounding errors.
pub(crate) fn refined_eigh<'c>(x: Var<'c>, lower: bool) -> Composed<Vars<'c>> {
    let (c, n, dtype) = (x.composer(), x.square_size()?, x.dtype()?);
    let first = c.emit_regions(Op::Factor(Factorization::Eigh { lower }), &[x], &[])?;
    if n < 2 {
        return Ok(first);
    }
    let (kept, strictly) = if lower { (x.tril(0), x.tril(-1)) } else { (x.triu(0), x.triu(1)) };
    let diagonal = x * x.identity_like()?;
    let whole = strictly + strictly.conj().t() + diagonal.real().convert(dtype);
    let (largest, v) = (kept.l1_size()?.max_keep([-2, -1]), first[0]);
    let (h, v) = rotated(v.conj().t().matmul(whole).matmul(v), v, largest * (0.5 * x.epsilon()?))?;
    let values = h.diagonal(0, -2, -1).real();
    let order = values.argsort(-1);
    let is_good = largest.is_finite();
    let vectors = v.take_along_axis(order.expand_dims(-2), -1).select(is_good, f64::NAN);
    Ok(smallvec![vectors, values.take_along_axis(order, -1).select(is_good.squeeze(-1), f64::NAN)])
}

/// Rotates pairs of rows and columns of Hermitian matrices until no element off the diagonal is over a limit, and the
/// same columns of `v`.
fn rotated<'c>(h: Var<'c>, v: Var<'c>, limit: Var<'c>) -> Composed<(Var<'c>, Var<'c>)> {
    let (c, n, dtype) = (h.composer(), h.square_size()?, h.dtype()?);
    let number = |x: usize| c.scalar(DType::I32, x as f64);
    let steps = SWEEPS * n * (n - 1) / 2;
    let moved = c.scalar(DType::Bool, 1.0);
    let state = [h, v, number(0), number(1), number(0), moved];
    // Ends after a sweep that rotates nothing.
    let goes_on = |state: &[Var<'c>]| Ok(state[4].lt(number(steps)) & (state[3].gt(1) | state[5]));
    let state = c.repeat_while(&state, goes_on, |state| {
        let (h, v, p, q, zero) = (state[0], state[1], state[2], state[3], number(0));
        let at = |i: Var<'c>, j: Var<'c>| h.part_at(&[i, j], &[1, 1]);
        let (pp, qq, pq) = (at(p, p)?.real(), at(q, q)?.real(), at(p, q)?);
        let (size, one) = (pq.abs(), c.scalar(dtype.real(), 1.0));
        let turns = size.gt(limit);
        let safe = size.select(turns, one);
        let tau = (qq - pp) / (safe * 2.0);
        let tangent = 1.0 / (tau.abs() + (tau.square() + 1.0).sqrt());
        let tangent = (-tangent).select(tau.lt(0), tangent);
        let cosine = (tangent.square() + 1.0).rsqrt();
        let (cosine, sine) = (cosine.select(turns, one), (tangent * cosine).select(turns, 0).convert(dtype));
        let (cosine, phase) = (cosine.convert(dtype), (pq.conj() / safe.convert(dtype)).select(turns, 1));
        let pair = |x: Var<'c>, y: Var<'c>, phase: Var<'c>| {
            let turned = y * phase;
            (x * cosine - turned * sine, x * sine + turned * cosine)
        };
        let columns = |matrix: Var<'c>| {
            let (x, y) = (matrix.part_at(&[zero, p], &[n, 1])?, matrix.part_at(&[zero, q], &[n, 1])?);
            let (x, y) = pair(x, y, phase);
            matrix.with_part_at(&[zero, p], x)?.with_part_at(&[zero, q], y)
        };
        let (h, v) = (columns(h)?, columns(v)?);
        let (x, y) = pair(h.part_at(&[p, zero], &[1, n])?, h.part_at(&[q, zero], &[1, n])?, phase.conj());
        let h = h.with_part_at(&[p, zero], x)?.with_part_at(&[q, zero], y)?;
        let cleared = |h: Var<'c>, i: Var<'c>, j: Var<'c>| {
            let old = h.part_at(&[i, j], &[1, 1])?;
            h.with_part_at(&[i, j], c.scalar(dtype, 0.0).select(turns, old))
        };
        let h = cleared(cleared(h, p, q)?, q, p)?;
        let any = turns.reduce(BinaryOp::Or, &turns.every_axis()?);
        let moved = (state[5] & (p.gt(0) | q.gt(1))) | any;
        // The next pair.
        let is_row_end = (q + 1).ge(i32::try_from(n).unwrap_or(i32::MAX));
        let next = (p + 1).select(is_row_end, p);
        let next = zero.select(next.ge(i32::try_from(n - 1).unwrap_or(i32::MAX)), next);
        let beside = (next + 1).select(is_row_end, q + 1);
        Ok(smallvec![h, v, next, beside, state[4] + 1, moved])
    })?;
    Ok((state[0], state[1]))
}
