// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of factorizations, as functions of the factors and of the tangent of the matrix. They are composed like the
//! functions of users.

use super::{Jvp, no_derivative};
use crate::compose::{Composed, Stop, Var, compose};
use crate::{Factorization, Inst, Op, Result, TransposeA, TriangularSolve, ValueId};

impl Jvp<'_> {
    /// The tangents of the results, or nothing for positions.
    pub(super) fn factor(&mut self, inst: &Inst, factorization: Factorization, tangent: ValueId) -> Result<Vec<Option<ValueId>>> {
        let results = inst.results.clone();
        let location = self.b.location.clone();
        let composed = compose(inst.op.short_name(), self.b.function, self.b.region, location.as_ref(), &|c| {
            let (result, dx) = (|i: usize| c.var(results[i]), c.var(tangent));
            let tangents = match factorization {
                Factorization::Lu => vec![lu(result(0), result(2), dx)?],
                Factorization::Eigh { lower } => eigh(result(0), result(1), dx, lower)?,
                Factorization::Svd { full: false } => svd(result(0), result(1), result(2), dx)?,
                Factorization::Svd { full: true } | Factorization::Qr | Factorization::Reflectors | Factorization::Schur => {
                    return Err(c.unknown());
                }
            };
            Ok(tangents.into_iter().collect())
        });
        match composed {
            Ok(values) => Ok((0..inst.results.len()).map(|i| values.get(i).copied()).collect()),
            Err(Stop::Wrong(error)) => Err(error),
            Err(Stop::Unknown) => {
                let why = "a function of the factors has one, which is a function of them too";
                Err(no_derivative(self.b.function, inst, why))
            }
        }
    }
}

/// The matrix x⁻¹ y, or y x⁻¹ from the right, of a triangular x.
fn solve<'c>(x: Var<'c>, y: Var<'c>, left_side: bool, lower: bool) -> Var<'c> {
    let solve = TriangularSolve { left_side, lower, unit_diagonal: lower, transpose_a: TransposeA::NoTranspose };
    x.composer().emit(Op::TriangularSolve(solve), &[x, y])
}

/// dL = L tril(X, -1) and dU = triu(X) U with X = L⁻¹ P dA U⁻¹. Beyond the packed factors L and U go on as identities.
fn lu<'c>(packed: Var<'c>, order: Var<'c>, dx: Var<'c>) -> Composed<Var<'c>> {
    let (m, n) = packed.matrix_sizes()?;
    let k = m.min(n);
    let widened = |v: Var<'c>, rows: usize, columns: usize| -> Composed<Var<'c>> {
        let (own_rows, own_columns) = v.matrix_sizes()?;
        let mut padding = vec![(0, 0); v.rank()? - 2];
        padding.extend([(0, (rows - own_rows) as i64), (0, (columns - own_columns) as i64)]);
        Ok(v.pad(padding, 0.0))
    };
    let l = widened(packed.slice_axis(-1, 0, k).tril(-1), m, m)?;
    let l = l + l.identity_like()?;
    let u = widened(packed.slice_axis(-2, 0, k).triu(0), n, n)?;
    let beyond = u.identity_like()?.beyond(k)?;
    let u = u + beyond;
    let permuted = order.is_class(crate::Dim::Lit(m))?.convert(dx.dtype()?).matmul(dx);
    let x = solve(u, solve(l, permuted, true, true), false, false);
    Ok(l.matmul(x.tril(-1)) + x.triu(0).matmul(u))
}

/// With M = Vᴴ dA V: dw = diag(M), dV = V (F * M) and F = 1 / (w_j - w_i) off the diagonal.
fn eigh<'c>(v: Var<'c>, w: Var<'c>, dx: Var<'c>, lower: bool) -> Composed<Vec<Var<'c>>> {
    // The op reads one triangle of its operand, so one triangle of the tangent stands for both.
    let (kept, strictly) = if lower { (dx.tril(0), dx.tril(-1)) } else { (dx.triu(0), dx.triu(1)) };
    let hermitian = kept + strictly.adjoint();
    let m = v.adjoint().matmul(hermitian).matmul(v);
    let identity = m.identity_like()?;
    let distance = w.expand_dims(-2) - w.expand_dims(-1);
    let real_identity = distance.identity_like()?;
    let factor = (1.0 / (distance + real_identity) - real_identity).convert(m.dtype()?);
    let dw = (m * identity).sum_axis(-1).real();
    Ok(vec![v.matmul(factor * m), dw])
}

/// The tangents of a thin singular value decomposition (Giles, "Collected matrix derivative results for forward and
/// reverse mode algorithmic differentiation", 2008), with the phases of JAX's.
fn svd<'c>(u: Var<'c>, s: Var<'c>, vh: Var<'c>, dx: Var<'c>) -> Composed<Vec<Var<'c>>> {
    let dtype = u.dtype()?;
    let (uh, v) = (u.adjoint(), vh.adjoint());
    let (m, n) = dx.matrix_sizes()?;
    let inner = uh.matmul(dx).matmul(v);
    let identity = inner.identity_like()?;
    let ds = (inner * identity).sum_axis(-1).real();
    let (row, column) = (s.expand_dims(-2), s.expand_dims(-1));
    let difference = (row + column) * (row - column);
    let reciprocal = |x: Var<'c>| -> Composed<Var<'c>> {
        let c = x.composer();
        let zero = x.eq(0.0);
        let safe = c.scalar(x.dtype()?, 1.0).select(zero, x);
        Ok(c.scalar(x.dtype()?, 0.0).select(zero, 1.0 / safe))
    };
    let factor = reciprocal(difference)?.convert(dtype);
    let (row, column) = (row.convert(dtype), column.convert(dtype));
    let (by_row, by_column) = (row * inner, column * inner);
    let phases = (inner - inner.adjoint()) * 0.5 * (reciprocal(s)?.convert(dtype).expand_dims(-1) * identity);
    let mut du = u.matmul(factor * (by_row + by_row.adjoint()) + phases);
    let mut dv = v.matmul(factor * (by_column + by_column.adjoint()));
    if m > n {
        let rest = dx.matmul(v);
        du = du + (rest - u.matmul(uh.matmul(rest))) / row;
    }
    if n > m {
        let rest = dx.adjoint().matmul(u);
        dv = dv + (rest - v.matmul(vh.matmul(rest))) / row;
    }
    Ok(vec![du, ds, dv.adjoint()])
}

impl<'c> Var<'c> {
    /// The conjugate transpose of matrices.
    fn adjoint(self) -> Var<'c> {
        self.conj().t()
    }

    /// The rows from a position on, zeros before.
    fn beyond(self, position: usize) -> Composed<Var<'c>> {
        let (c, dims, rank) = (self.composer(), self.dims()?, self.rank()?);
        let rows = c.iota(crate::DType::I32, &dims, rank - 2);
        let first = i32::try_from(position).unwrap_or(i32::MAX);
        Ok(self.select(rows.ge(first), c.scalar(self.dtype()?, 0.0)))
    }
}
