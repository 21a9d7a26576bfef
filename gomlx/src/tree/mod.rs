// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Trees of tensors: models, optimizer states, batches. What graph functions take,
//! return and update, what is differentiated and saved.

mod impls;
mod leaves;
pub(crate) mod parts;
mod tools;

use std::hash::Hasher;

use gomlx_ir::Element;
pub use leaves::{Leaf, bytes, count, leaves};
pub(crate) use leaves::{Path, replace_leaves};
pub use parts::{map_field, map_index, visit_field, visit_index, visit_mut_field, visit_mut_index};
pub use tools::{filter, map, map_each, paths, zip, zip_each};

use crate::{AnyTensor, Tensor};

/// What a leaf is to training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Differentiated (if its element type is floating point) and updated by optimizers.
    Trainable,
    /// Neither: running statistics, counters, random state.
    State,
}

/// A step from a tree to a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// A field of a struct.
    Field(&'a str),
    /// A position in a tuple, array or `Vec`.
    Index(usize),
}

/// A named tree of tensors. `model!` and `#[derive(Tree)]` write this; the three functions visit the leaves in one order.
///
/// Values without tensors (`usize`, `bool`, `String`, ..) are trees too: they have no leaves, and are part of the key
/// under which a graph is compiled.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tree of tensors, as what graph functions take and give must be [E0108]",
    label = "no tree",
    note = "derive it, `#[derive(gomlx::Tree)]`, if every field is one; pass host values by value"
)]
pub trait Tree: Sized + Send + Sync + 'static {
    /// Visits every leaf, and everything else that a graph may depend on.
    fn visit(&self, role: Role, visitor: &mut dyn Visit);

    /// Visits every leaf, to be replaced.
    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut);

    /// The same tree with other leaves.
    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self;
}

/// Receives the parts of a tree. Paths are made of the keys entered and not left.
pub trait Visit {
    /// Goes to a part.
    fn enter(&mut self, key: Key<'_>) {
        let _ = key;
    }

    /// Comes back from it.
    fn leave(&mut self) {}

    /// A leaf.
    fn leaf(&mut self, role: Role, tensor: &AnyTensor);

    /// A place for what is not a tensor, to be written as to a hasher; `None` if the visitor does not care.
    fn config(&mut self) -> Option<&mut dyn Hasher> {
        None
    }
}

/// Receives the leaves of a tree to be replaced.
pub trait VisitMut {
    /// Goes to a part.
    fn enter(&mut self, key: Key<'_>) {
        let _ = key;
    }

    /// Comes back from it.
    fn leave(&mut self) {}

    /// A leaf; its element type must stay.
    fn leaf(&mut self, role: Role, tensor: &mut AnyTensor);
}

/// Gives the leaves of a new tree.
pub trait MapLeaves {
    /// Goes to a part.
    fn enter(&mut self, key: Key<'_>) {
        let _ = key;
    }

    /// Comes back from it.
    fn leave(&mut self) {}

    /// The new leaf in the place of one; of the same element type.
    fn leaf(&mut self, role: Role, tensor: &AnyTensor) -> AnyTensor;
}

impl<T: Element> Tree for Tensor<T> {
    fn visit(&self, role: Role, visitor: &mut dyn Visit) {
        visitor.leaf(role, &self.any);
    }

    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
        visitor.leaf(role, &mut self.any);
        assert_eq!(self.any.dtype(), T::DTYPE, "a visitor keeps the element type of a leaf");
    }

    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        let any = mapper.leaf(role, &self.any);
        assert_eq!(any.dtype(), T::DTYPE, "a mapper keeps the element type of a leaf");
        Tensor::wrap(any)
    }
}

impl Tree for AnyTensor {
    fn visit(&self, role: Role, visitor: &mut dyn Visit) {
        visitor.leaf(role, self);
    }

    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut) {
        visitor.leaf(role, self);
    }

    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        mapper.leaf(role, self)
    }
}
