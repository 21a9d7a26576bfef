// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Norms of vectors and matrices, distances.

use super::super::declare::functions;
use super::super::{Composed, Var};
use crate::{Axes, BinaryOp, Code};

functions! { norms, Linalg:
    /// The norm of vectors over axes, which go away: (sum |x|^p)^(1/p); the greatest |x| for an infinite p, the least
    /// for a negatively infinite one, the number of elements other than 0 for 0.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// assert_eq!(linalg::vector_norm(&Tensor::new(&[2], &[3.0f32, 4.0])?, 2.0, 0).item()?, 5.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn vector_norm(self, x: Tensor, p: Real, axes: Axes) -> Tensor<RealOf<T>> {
        let positions = x.axes(axes.axes())?;
        x.norm_over(p, &positions)?
    }

    /// Frobenius's norm of matrices `[.., m, n]`: the root of the sum of the squares.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// assert_eq!(linalg::frobenius_norm(&Tensor::<f32>::ones(&[2, 2])).item()?, 2.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn frobenius_norm(self, x: Tensor) -> Tensor<RealOf<T>> {
        x.matrix_sizes()?;
        self.vector_norm(x, 2.0, [-2, -1])
    }

    /// The nuclear norm of matrices `[.., m, n]`: the sum of the singular values.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 2], &[3.0f32, 0.0, 0.0, -4.0])?;
    /// gomlx::assert_close!(linalg::nuclear_norm(&x), Tensor::from(7.0f32));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn nuclear_norm(self, x: Tensor) -> Tensor<RealOf<T>> {
        self.svd(x).1.sum_axis(-1)
    }

    /// The norm of matrices `[.., m, n]` that vectors of a p-norm induce, for a p of 1 (the greatest sum of a column),
    /// 2 (the greatest singular value) or infinity (the greatest sum of a row); the least of these for the negative p.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 2], &[1.0f32, -2.0, 3.0, 4.0])?;
    /// assert_eq!(linalg::induced_norm(&x, 1.0).item()?, 6.0);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn induced_norm(self, x: Tensor, p: Real) -> Tensor<RealOf<T>> {
        x.matrix_sizes()?;
        let sums = match p.abs() {
            1.0 => x.abs().sum_axis(-2),
            2.0 => self.svd(x).1,
            f64::INFINITY => x.abs().sum_axis(-1),
            _ => return Err(self.wrong_note(Code::Attribute, format_args!("no norm of {p}"), "it is 1, 2, infinity or one of these negated")),
        };
        if p > 0.0 { sums.max_axis(-1) } else { sums.min_axis(-1) }
    }

    /// The distance in the p-norm of each row of x `[.., m, k]` from each row of y `[.., n, k]`: `[.., m, n]`.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let (x, y) = (Tensor::new(&[1, 2], &[0.0f32, 0.0])?, Tensor::new(&[1, 2], &[3.0f32, 4.0])?);
    /// assert_eq!(linalg::cdist(&x, &y, 2.0).to_vec()?, [5.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cdist(self, x: Tensor, y: Tensor, p: Real) -> Tensor<T> {
        let difference = x.expand_dims(-2) - y.expand_dims(-3);
        self.vector_norm(difference, p, -1)
    }

    /// The quotient of the greatest and the least singular value of matrices `[.., m, n]`; infinite where that is 0.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// let x = Tensor::new(&[2, 2], &[3.0f32, 0.0, 0.0, -6.0])?;
    /// gomlx::assert_close!(linalg::cond(&x), Tensor::from(2.0f32));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cond(self, x: Tensor) -> Tensor<RealOf<T>> {
        let s = self.svd(x).1;
        s.max_axis(-1) / s.min_axis(-1)
    }

    /// The number of singular values of matrices `[.., m, n]` that are greater than the greatest times the larger size
    /// times the distance of 1 from the next number.
    ///
    /// ```
    /// use gomlx::{Tensor, linalg};
    /// assert_eq!(linalg::matrix_rank(&Tensor::<f32>::ones(&[3, 3])).item()?, 1);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn matrix_rank(self, x: Tensor) -> Tensor<i32> {
        let (m, n) = x.matrix_sizes()?;
        let s = self.svd(x).1;
        let least = s.max_keep(-1) * (m.max(n) as f64 * s.epsilon()?);
        s.gt(least).convert(crate::DType::I32).sum_axis(-1)
    }
}

impl<'c> Var<'c> {
    /// The distance of 1 from the next number of the type.
    pub(super) fn epsilon(self) -> Composed<f64> {
        Ok(match self.dtype()? {
            crate::DType::F64 | crate::DType::C128 => f64::EPSILON,
            _ => f64::from(f32::EPSILON),
        })
    }

    fn norm_over(self, p: f64, axes: &Axes) -> Composed<Var<'c>> {
        let (c, magnitude) = (self.composer(), self.abs());
        let sum = |x: Var<'c>| x.reduce(BinaryOp::Add, axes);
        Ok(if p == 2.0 {
            let squares = if self.dtype()?.is_complex() { (self * self.conj()).real() } else { self.square() };
            // The root of 0 has no derivative: that of a zero vector is 0.
            let total = sum(squares);
            let none = total.eq(0.0);
            let one = c.scalar(total.dtype()?, 1.0);
            c.scalar(total.dtype()?, 0.0).select(none, one.select(none, total).sqrt())
        } else if p == 1.0 {
            sum(magnitude)
        } else if p == f64::INFINITY {
            magnitude.reduce(BinaryOp::Maximum, axes)
        } else if p == f64::NEG_INFINITY {
            magnitude.reduce(BinaryOp::Minimum, axes)
        } else if p == 0.0 {
            sum(magnitude.ne(0.0).convert(magnitude.dtype()?))
        } else {
            sum(magnitude.powf(p)).powf(1.0 / p)
        })
    }
}
