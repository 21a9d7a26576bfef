// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Determinants, whose derivative is the adjugate of the matrix.

use smallvec::smallvec;

use super::super::declare::functions;
use super::super::{Composed, Var};
use super::factors::triangular;
use crate::{DType, Dim, Factorization, Op, TransposeA};

functions! { determinant, Linalg:
    /// The sign and the logarithm of the magnitude of the determinants of matrices `[.., n, n]`: 0 and negative
    /// infinity of singular ones.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (sign, log) = linalg::slogdet(&Tensor::new(&[2, 2], &[0.0f32, 1.0, 1.0, 0.0])?);
    /// assert_eq!((sign.item()?, log.item()?), (-1.0, 0.0));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn slogdet(self, x: Tensor) -> (Tensor<T>, Tensor<RealOf<T>>) {
        let lu = Lu::of(x)?;
        (lu.sign * lu.diagonal.sign().prod_axis(-1), lu.diagonal.abs().log().sum_axis(-1))
    }

    /// The determinants of matrices `[.., n, n]`. The derivative is the adjugate, of singular matrices too; that of
    /// second order is NaN of singular matrices of more than two rows.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// assert_eq!(linalg::det(&Tensor::new(&[2, 2], &[1.0f32, 2.0, 3.0, 4.0])?).item()?.round(), -2.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn det(self, x: Tensor) -> Tensor<T> {
        match x.square_size()? {
            2 => {
                let at = |row: usize, column: usize| x.slice_axis(-2, row, row + 1).slice_axis(-1, column, column + 1).squeeze([-2, -1]);
                at(0, 0) * at(1, 1) - at(0, 1) * at(1, 0)
            }
            0 => x.sum_axis(-1).prod_axis(-1),
            _ => self.custom_jvp(
                &[x],
                |args| {
                    let lu = Lu::of(args[0])?;
                    Ok(smallvec![lu.sign * lu.diagonal.prod_axis(-1)])
                },
                |args, tangents| Ok(smallvec![(Lu::of(args[0])?.adjugate()?.t() * tangents[0]).sum_axis([-2, -1])]),
            )?[0],
        }
    }
}

/// The factors of square matrices by Gaussian elimination.
struct Lu<'c> {
    packed: Var<'c>,
    /// The position in the matrix of each row of the product.
    order: Var<'c>,
    diagonal: Var<'c>,
    /// The sign of the permutation.
    sign: Var<'c>,
}

impl<'c> Lu<'c> {
    fn of(x: Var<'c>) -> Composed<Lu<'c>> {
        let (c, n) = (x.composer(), x.square_size()?);
        let results = c.emit_regions(Op::Factor(Factorization::Lu), &[x], &[])?;
        let (packed, pivots, order) = (results[0], results[1], results[2]);
        let moved = pivots.ne(c.iota(DType::I32, [Dim::Lit(n)], 0)).convert(DType::I32).sum_axis(-1);
        let sign = moved.bitwise_and(1) * -2 + 1;
        Ok(Lu { packed, order, diagonal: packed.diagonal(0, -2, -1), sign: sign.convert(x.dtype()?) })
    }

    /// The adjugate of the matrix: that of u times the inverse of l times the permutation, which never divides by a
    /// pivot. `e` is the adjugate of u without the products of the diagonal before its row and after its column. Row i
    /// of it is minus the sum, over k after i, of u_ik times the product of the diagonal between i and k times row k.
    fn adjugate(&self) -> Composed<Var<'c>> {
        let (c, n, dtype) = (self.packed.composer(), self.packed.square_size()?, self.packed.dtype()?);
        let diagonal = self.diagonal.expand_dims(-2);
        let state = c.repeat(n, &[self.packed.zeros_like(), diagonal.zeros_like()], |step, state| {
            let (e, between, zero) = (state[0], state[1], c.scalar(DType::I32, 0.0));
            let i = c.scalar(DType::I32, n as f64 - 1.0) - step;
            let columns = c.iota(DType::I32, [Dim::Lit(1), Dim::Lit(n)], 1);
            // Past the last row the position is that of the last, which is multiplied by zeros.
            let next = diagonal.part_at(&[zero, i + 1], &[1, 1])?;
            let between = columns.eq(i + 1).convert(dtype) + between * next;
            let row = (self.packed.part_at(&[i, zero], &[1, n])? * between).matmul(e);
            let row = columns.eq(i).convert(dtype) - row;
            Ok(smallvec![e.with_part_at(&[i, zero], row)?, between])
        })?;
        let before = self.diagonal.cumprod_with(-1, true, false).expand_dims(-1);
        let after = self.diagonal.cumprod_with(-1, true, true).expand_dims(-2);
        let permutation = self.order.is_class(Dim::Lit(n))?.convert(dtype);
        let inverse = triangular(self.packed, permutation, true, true, TransposeA::NoTranspose);
        let sign = self.sign.expand_dims([-2, -1]);
        Ok((before * state[0] * after).matmul(inverse) * sign)
    }
}
