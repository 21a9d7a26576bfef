// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of `cholesky` and `triangular_solve`. The matrices are in the last two axes.

use super::Jvp;
use super::complex::conjugate;
use crate::{Axes, Builder, CompareKind, DType, Direction, DotDims, Inst, Op, Result, Shape, TransposeA, TriangularSolve, ValueId};

impl Jvp<'_> {
    /// The tangent L phi(L⁻¹ dA L⁻ᴴ), where phi takes the lower triangle with half of the diagonal (Murray, 2016,
    /// "Differentiation of the Cholesky decomposition"). The op reads one triangle of its operand, so one triangle of
    /// the tangent stands for both.
    pub(super) fn cholesky(&mut self, inst: &Inst, lower: bool, t: ValueId) -> Result<ValueId> {
        let b = &mut self.b;
        let adjoint_if_upper = |b: &mut Builder<'_>, x: ValueId| if lower { x } else { adjoint(b, x) };
        let l = adjoint_if_upper(b, inst.results[0]);
        let l = triangle(b, l, Direction::Ge)?;
        let t = adjoint_if_upper(b, t);
        let (below, strictly) = (triangle(b, t, Direction::Ge)?, triangle(b, t, Direction::Gt)?);
        let above = adjoint(b, strictly);
        let whole = b.add(below, above);
        let solve = TriangularSolve { left_side: true, lower: true, unit_diagonal: false, transpose_a: TransposeA::NoTranspose };
        let from_left = b.emit(Op::TriangularSolve(solve), &[l, whole])?;
        let solve = TriangularSolve { left_side: false, transpose_a: TransposeA::Adjoint, ..solve };
        let both = b.emit(Op::TriangularSolve(solve), &[l, from_left])?;
        let (below, strictly) = (triangle(b, both, Direction::Ge)?, triangle(b, both, Direction::Gt)?);
        let sum = b.add(below, strictly);
        let phi = b.scale(sum, 0.5);
        let product = matmul(b, l, phi)?;
        Ok(adjoint_if_upper(b, product))
    }

    /// The tangent dx solves op(a) dx = db - op(da) x, as x solves op(a) x = b; likewise from the right. Only the
    /// triangle of `a` that the op reads has a tangent.
    pub(super) fn triangular_solve(&mut self, inst: &Inst, solve: &TriangularSolve, t: &[Option<ValueId>]) -> Result<Option<ValueId>> {
        let (a, x) = (inst.operands[0], inst.results[0]);
        let b = &mut self.b;
        let by_a = match t[0] {
            None => None,
            Some(t) => {
                let t = match (solve.lower, solve.unit_diagonal) {
                    (true, false) => triangle(b, t, Direction::Ge)?,
                    (true, true) => triangle(b, t, Direction::Gt)?,
                    (false, false) => triangle(b, t, Direction::Le)?,
                    (false, true) => triangle(b, t, Direction::Lt)?,
                };
                let t = match solve.transpose_a {
                    TransposeA::NoTranspose => t,
                    TransposeA::Transpose => transposed(b, t),
                    TransposeA::Adjoint => adjoint(b, t),
                };
                let product = if solve.left_side { matmul(b, t, x)? } else { matmul(b, x, t)? };
                Some(b.neg(product))
            }
        };
        let Some(right) = self.sum(by_a, t[1]) else { return Ok(None) };
        self.b.emit(inst.op.clone(), &[a, right]).map(Some)
    }
}

/// Keeps the elements whose row number compares with their column number in `direction`; zero elsewhere.
fn triangle(b: &mut Builder<'_>, x: ValueId, direction: Direction) -> Result<ValueId> {
    let shape = b.shape(x).clone();
    let matrix = Shape::symbolic(DType::I32, shape.dims[shape.rank() - 2..].iter().cloned());
    let rows = b.emit(Op::Iota { shape: matrix.clone(), axis: 0 }, &[])?;
    let columns = b.emit(Op::Iota { shape: matrix, axis: 1 }, &[])?;
    let kept = b.emit(Op::Compare(direction, CompareKind::Signed), &[rows, columns])?;
    let kept = b.broadcast(kept, &shape.dims, &[shape.rank() - 2, shape.rank() - 1]);
    let zeros = b.full_like(x, 0.0);
    Ok(b.select(kept, x, zeros))
}

/// The matrices with rows and columns swapped.
pub(in crate::transform) fn transposed(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let mut order: Axes = (0..b.shape(x).rank()).collect();
    let rank = order.len();
    order.swap(rank - 2, rank - 1);
    b.transpose(x, &order)
}

fn adjoint(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let x = conjugate(b, x);
    transposed(b, x)
}

fn matmul(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> Result<ValueId> {
    let shape = b.shape(x).clone();
    let batch: Axes = (0..shape.rank() - 2).collect();
    let dims = DotDims {
        lhs_batch: batch.clone(),
        rhs_batch: batch,
        lhs_contracting: Axes::from_slice(&[shape.rank() - 1]),
        rhs_contracting: Axes::from_slice(&[shape.rank() - 2]),
        out: shape.dtype,
    };
    b.emit(Op::DotGeneral(dims), &[x, y])
}
