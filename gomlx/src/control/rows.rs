// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Rows that a loop collects.

use gomlx_ir::{Code, Diagnostic, Element};

use crate::emit::emit_one;
use crate::ops::raw;
use crate::trace;
use crate::tree::{Key, MapLeaves, Role, Tree, Visit, VisitMut};
use crate::{AnyTensor, Tensor};

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
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Each a block of rows: with an axis for them in front.
    blocks: Vec<AnyTensor>,
}

impl Rows {
    /// None yet.
    pub fn new() -> Rows {
        Rows { blocks: vec![] }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// If its element type or dims are not those of the rows before; in a graph this is an error of the trace.
    #[track_caller]
    pub fn push<T: Element>(&mut self, row: &Tensor<T>) {
        if let Some(first) = self.blocks.first()
            && (first.dtype() != T::DTYPE || first.dims()[1..] != *row.dims())
        {
            let error = Diagnostic::new(Code::Shape, format!("push: the row is {}, but those before are rows of {first}", row.any));
            trace::fail_on(&[&row.any], error.note("rows that are stacked have one shape"));
        }
        self.blocks.push(row.expand_dims(0).any);
    }

    /// All rows along a new first axis.
    ///
    /// # Panics
    /// If there are none, or they are of another element type; in a graph this is an error of the trace.
    #[track_caller]
    pub fn stack<T: Element>(self) -> Tensor<T> {
        let Some(first) = self.blocks.first() else {
            trace::fail(Diagnostic::new(Code::Shape, "stack: no rows were pushed"));
        };
        if first.dtype() != T::DTYPE {
            trace::fail(Diagnostic::new(Code::DType, format!("stack: the rows are {first}, not {}", T::DTYPE)));
        }
        Tensor::wrap(block(&self.blocks))
    }

    /// Number of blocks.
    pub(super) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Takes off the blocks from a position on.
    pub(super) fn truncate(&mut self, position: usize) {
        self.blocks.truncate(position);
    }

    /// Adds a block.
    pub(super) fn extend(&mut self, block: AnyTensor) {
        self.blocks.push(block);
    }
}

/// Blocks as one.
#[track_caller]
pub(super) fn block(blocks: &[AnyTensor]) -> AnyTensor {
    match blocks {
        [one] => one.clone(),
        several => emit_one(gomlx_ir::Op::Concatenate(0), &several.iter().collect::<Vec<_>>()),
    }
}

/// The position of each row in a loop's block.
pub(super) fn put(buffer: &AnyTensor, block: &AnyTensor, at: &AnyTensor) -> AnyTensor {
    let zero = raw::scalar(at.dtype(), 0.0);
    let mut operands = vec![buffer, block, at];
    operands.resize(2 + buffer.rank(), &zero);
    emit_one(gomlx_ir::Op::DynamicUpdateSlice, &operands)
}

impl Tree for Rows {
    fn visit(&self, role: Role, visitor: &mut dyn Visit) {
        if let Some(key) = visitor.config() {
            key.write_usize(self.blocks.len());
        }
        for (i, block) in self.blocks.iter().enumerate() {
            visitor.enter(Key::Index(i));
            visitor.leaf(role, block);
            visitor.leave();
        }
    }

    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
        for (i, block) in self.blocks.iter_mut().enumerate() {
            visitor.enter(Key::Index(i));
            visitor.leaf(role, block);
            visitor.leave();
        }
    }

    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        let map = |(i, block): (usize, &AnyTensor)| {
            mapper.enter(Key::Index(i));
            let block = mapper.leaf(role, block);
            mapper.leave();
            block
        };
        Rows { blocks: self.blocks.iter().enumerate().map(map).collect() }
    }
}
