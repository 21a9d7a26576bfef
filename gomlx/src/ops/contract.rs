// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Matrix products.

use gomlx_ir::{Axes, Code, Diagnostic, DotDims, Element, Op};

use super::raw;
use crate::emit::emit_one;
use crate::trace;
use crate::{AnyTensor, Tensor};

impl<T: Element> Tensor<T> {
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
    #[track_caller]
    pub fn matmul(&self, right: &Tensor<T>) -> Tensor<T> {
        Tensor::wrap(matmul(&self.any, &right.any))
    }
}

#[track_caller]
fn matmul(x: &AnyTensor, y: &AnyTensor) -> AnyTensor {
    if let Some(wrong) = trace::poison(&[x, y]) {
        return wrong;
    }
    let (Some(&k), Some(y_axis)) = (x.dims().last(), y.rank().checked_sub(2).or(y.rank().checked_sub(1))) else {
        let error = Diagnostic::new(Code::Shape, format!("matmul: {x} and {y}: a scalar is not a matrix"));
        return trace::mistake(&[x, y], error.note("multiply by a scalar with `*`"));
    };
    if k != y.dims()[y_axis] {
        let error = Diagnostic::new(Code::Shape, format!("matmul: cannot contract {x} with {y}: {k} and {} differ", y.dims()[y_axis]));
        return trace::mistake(
            &[x, y],
            error.note("the last axis of the left side must be as long as the second to last of the right side"),
        );
    }
    let (x_batch, y_batch) = (x.rank().saturating_sub(2), y.rank().saturating_sub(2));
    if y_batch == 0 {
        // Every axis of x but the last is free: no batch is needed.
        return dot(x, y, 0, x.rank() - 1, y_axis);
    }
    let rank = x_batch.max(y_batch);
    let (x, y) = (with_batch(x, y, rank), with_batch(y, x, rank));
    dot(&x, &y, rank, x.rank() - 1, rank)
}

/// `x` with its batch axes broadcast to those of both.
#[track_caller]
fn with_batch(x: &AnyTensor, other: &AnyTensor, rank: usize) -> AnyTensor {
    let matrix = x.rank().min(2);
    let size = |t: &AnyTensor, axis: usize| {
        let batch = t.rank().saturating_sub(2);
        (axis + batch).checked_sub(rank).map_or(1, |a| t.dims()[a])
    };
    let batch = (0..rank).map(|a| if size(x, a) == 1 { size(other, a) } else { size(x, a) });
    let dims: Vec<usize> = batch.chain(x.dims()[x.rank() - matrix..].iter().copied()).collect();
    raw::broadcast_to(x, &dims)
}

#[track_caller]
fn dot(x: &AnyTensor, y: &AnyTensor, batch: usize, x_axis: usize, y_axis: usize) -> AnyTensor {
    let dims = DotDims {
        lhs_batch: (0..batch).collect(),
        rhs_batch: (0..batch).collect(),
        lhs_contracting: Axes::from_slice(&[x_axis]),
        rhs_contracting: Axes::from_slice(&[y_axis]),
        out: x.dtype(),
    };
    emit_one(Op::DotGeneral(dims), &[x, y])
}
