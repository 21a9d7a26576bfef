// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Matrix products.

use super::declare::methods;
use super::{Composed, Sizes, Var};
use crate::{Axes, Code, DotDims, Op};

methods! { contract:
    /// Matrix product by NumPy's rules: of the last axis with the second to last of `right` (its only one if it is a
    /// vector); the axes before are batch axes and broadcast. Half types accumulate in f32.
    ///
    /// ```
    /// use gomlx::Tensor;
    /// let x = Tensor::new(&[2, 2], &[1.0f32, 2.0, 3.0, 4.0])?;
    /// let v = Tensor::new(&[2], &[1.0f32, -1.0])?;
    /// assert_eq!(x.matmul(&v).to_vec()?, [-1.0, -1.0]);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    #[doc(alias = "mm")]
    #[doc(alias = "bmm")]
    fn matmul(self, right: Tensor) -> Tensor<T> {
        let (c, x, y) = (self.composer(), self.shape()?, right.shape()?);
        let (Some(k), Some(y_axis)) = (x.dims.last(), y.rank().checked_sub(2).or(y.rank().checked_sub(1))) else {
            return Err(c.wrong_note(Code::Shape, format!("{x} and {y}: a scalar is not a matrix"), "multiply by a scalar with `*`"));
        };
        let n = &y.dims[y_axis];
        if k.provably_differs(n) {
            return Err(c.wrong_note(
                Code::Shape,
                format!("cannot contract {x} with {y}: {k} and {n} differ"),
                "the last axis of the left side must be as long as the second to last of the right side",
            ));
        }
        if k != n {
            return Err(c.unknown());
        }
        let (x_batch, y_batch) = (&x.dims[..x.rank().saturating_sub(2)], &y.dims[..y.rank().saturating_sub(2)]);
        if y_batch.is_empty() {
            // Every axis of x but the last is free: no batch is needed.
            return dot(self, right, 0, x.rank() - 1, y_axis);
        }
        let batch = c.common(&x, &y, x_batch, y_batch)?;
        let with_batch = |own: &[_], skipped: usize| -> Sizes { batch.iter().chain(&own[skipped..]).cloned().collect() };
        let left = self.broadcast(&with_batch(&x.dims, x_batch.len()));
        let right = right.broadcast(&with_batch(&y.dims, y_batch.len()));
        dot(left, right, batch.len(), left.rank()? - 1, batch.len())?
    }
}

/// The product of two tensors with their first `batch` axes in common.
fn dot<'c>(x: Var<'c>, y: Var<'c>, batch: usize, x_axis: usize, y_axis: usize) -> Composed<Var<'c>> {
    let dims = DotDims {
        lhs_batch: (0..batch).collect(),
        rhs_batch: (0..batch).collect(),
        lhs_contracting: Axes::from_slice(&[x_axis]),
        rhs_contracting: Axes::from_slice(&[y_axis]),
        out: x.dtype()?,
    };
    Ok(x.composer().emit(Op::DotGeneral(dims), &[x, y]))
}
