// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The rows that a loop collects.

use gomlx_ir::compose::control;
use gomlx_ir::{Code, Diagnostic, Element};

use crate::emit::compose_one;
use crate::trace;
use crate::{AnyTensor, Tensor, Tree};

/// Tensors of one shape, collected to be stacked: what a `rolled` loop pushes in each step becomes one tensor with an
/// axis for the steps.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn running_sums(x: &Tensor![f32; N, D]) -> Tensor![f32; N, D] {
///     let mut sum = Tensor::zeros(&[D]);
///     let mut rows = Rows::new();
///     for row in rolled(x) {
///         sum += row;
///         rows.push(&sum);
///     }
///     rows.stack()
/// }
/// let x = Tensor::new(&[3, 1], &[1.0, 2.0, 3.0])?;
/// assert_eq!(running_sums(&x).to_vec()?, [1.0, 3.0, 6.0]);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[derive(Clone, Debug, Default, Tree)]
pub struct Rows(
    /// Blocks of rows: tensors with an axis for the rows in front.
    Vec<AnyTensor>,
);

impl Rows {
    /// No rows yet.
    pub fn new() -> Rows {
        Rows(vec![])
    }

    /// Adds a row.
    ///
    /// # Panics
    /// If its element type or dims are not those of the rows before; in a graph this is an error of the trace.
    #[track_caller]
    pub fn push<T: Element>(&mut self, row: &Tensor<T>) {
        if let Some(first) = self.0.first()
            && (first.dtype() != T::DTYPE || first.dims()[1..] != *row.dims())
        {
            let error = Diagnostic::new(Code::Shape, format!("push: the row is {}, but those before are rows of {first}", row.any));
            trace::fail_on(&[&row.any], error.note("rows that are stacked have one shape"));
        }
        self.0.push(row.expand_dims(0).any);
    }

    /// All rows along a new first axis.
    ///
    /// # Panics
    /// If there are none, or they are of another element type; in a graph this is an error of the trace.
    #[track_caller]
    pub fn stack<T: Element>(self) -> Tensor<T> {
        if let Some(first) = self.0.first().filter(|first| first.dtype() != T::DTYPE) {
            trace::fail_on(&[first], Diagnostic::new(Code::DType, format!("stack: the rows are {first}, not {}", T::DTYPE)));
        }
        Tensor::wrap(compose_one("stack", (), &self.0.iter().collect::<Vec<_>>(), control::stack))
    }

    /// The number of blocks.
    pub(super) fn blocks(&self) -> usize {
        self.0.len()
    }

    /// Removes the blocks from a position on.
    pub(super) fn truncate(&mut self, position: usize) {
        self.0.truncate(position);
    }

    /// Adds a block.
    pub(super) fn extend(&mut self, block: AnyTensor) {
        self.0.push(block);
    }
}
