// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Trees of tensors: models, optimizer states, batches. Graph functions take, update and return them; derivatives are
//! trees too, and checkpoints hold them.
//!
//! Invariant: the three functions of a [`Tree`] visit the same leaves in the same order, below the same keys.

mod impls;
mod leaves;
mod tools;

use std::hash::Hasher;

use gomlx_ir::Element;
pub use leaves::{Leaf, bytes, count, leaves};
pub(crate) use leaves::{Path, replace_leaves};
pub use tools::{filter, map, map_each, paths, zip, zip_each};

use crate::{AnyTensor, Tensor};

/// The role of a leaf in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Differentiated, if its element type is floating point, and updated by optimizers.
    Trainable,
    /// Neither: running statistics, counters, random state.
    State,
}

/// A step from a tree to one of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// A field of a struct.
    Field(&'a str),
    /// A position in a tuple, array or `Vec`.
    Index(usize),
}

/// A named tree of tensors. `model!` and `#[derive(Tree)]` implement it.
///
/// Values without tensors (`usize`, `bool`, `String`, ..) are trees too: they have no leaves, and are part of the key
/// under which a graph is compiled.
///
/// ```
/// use gomlx::{Tensor, Tree, tree};
///
/// #[derive(Clone, Tree)]
/// struct Counter {
///     limit: usize,
///     #[tree(state)]
///     count: Tensor<i32>,
/// }
///
/// let counter = Counter { limit: 3, count: Tensor::scalar(0) };
/// assert_eq!(tree::paths(&counter), ["count"]);
/// assert_eq!(tree::leaves(&counter)[0].role, tree::Role::State);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tree of tensors, as what graph functions take and give must be [E0108]",
    label = "no tree",
    note = "derive it, `#[derive(gomlx::Tree)]`, if every field is one; pass host values by value"
)]
pub trait Tree: Sized + Send + Sync + 'static {
    /// Visits every leaf, and every host value that a graph may depend on.
    fn visit(&self, role: Role, visitor: &mut dyn Visit);

    /// Visits every leaf, to be replaced.
    fn visit_mut(&mut self, role: Role, visitor: &mut dyn VisitMut);

    /// The same tree with other leaves.
    fn map(&self, role: Role, mapper: &mut dyn MapLeaves) -> Self;

    /// [`visit`](Tree::visit) of a part of a larger tree, below its key there.
    fn visit_part(&self, key: Key<'_>, role: Role, visitor: &mut dyn Visit) {
        visitor.enter(key);
        self.visit(role, visitor);
        visitor.leave();
    }

    /// [`visit_mut`](Tree::visit_mut) of a part of a larger tree, below its key there.
    fn visit_mut_part(&mut self, key: Key<'_>, role: Role, visitor: &mut dyn VisitMut) {
        visitor.enter(key);
        self.visit_mut(role, visitor);
        visitor.leave();
    }

    /// [`map`](Tree::map) of a part of a larger tree, below its key there.
    fn map_part(&self, key: Key<'_>, role: Role, mapper: &mut dyn MapLeaves) -> Self {
        mapper.enter(key);
        let mapped = self.map(role, mapper);
        mapper.leave();
        mapped
    }
}

/// Visits the parts of a tree. The path of a leaf is made of the keys that were entered and not left.
pub trait Visit {
    /// Enters a part.
    fn enter(&mut self, key: Key<'_>) {
        let _ = key;
    }

    /// Leaves the part that was entered last.
    fn leave(&mut self) {}

    /// Visits a leaf.
    fn leaf(&mut self, role: Role, tensor: &AnyTensor);

    /// A hasher for the host values that graphs depend on; `None` if this visitor needs none.
    fn config(&mut self) -> Option<&mut dyn Hasher> {
        None
    }

    /// Visits a number that the structure of a tree depends on: a length, or which variant an enum is.
    fn structure(&mut self, number: usize) {
        if let Some(hasher) = self.config() {
            hasher.write_usize(number);
        }
    }
}

/// Visits the leaves of a tree, to replace them.
pub trait VisitMut {
    /// Enters a part.
    fn enter(&mut self, key: Key<'_>) {
        let _ = key;
    }

    /// Leaves the part that was entered last.
    fn leave(&mut self) {}

    /// Visits a leaf, and may replace it by one of the same element type.
    fn leaf(&mut self, role: Role, tensor: &mut AnyTensor);
}

/// Makes the leaves of a new tree from the leaves of a tree.
pub trait MapLeaves {
    /// Enters a part.
    fn enter(&mut self, key: Key<'_>) {
        let _ = key;
    }

    /// Leaves the part that was entered last.
    fn leave(&mut self) {}

    /// The new leaf, of the same element type.
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
