// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The leaves of a tree as a list, their paths, numbers and sizes.

use std::fmt::Write;

use super::{Key, MapLeaves, Role, Tree, Visit};
use crate::AnyTensor;

/// A leaf of a tree.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Field names and positions, joined by dots: `layers.0.weight`.
    pub path: String,
    /// The role of the leaf in training.
    pub role: Role,
    /// The tensor; cheap to clone.
    pub tensor: AnyTensor,
}

/// The leaves of a tree, in order.
///
/// ```
/// use gomlx::{Tensor, tree};
/// let pair = (Tensor::scalar(1.0f32), vec![Tensor::scalar(2i32)]);
/// let paths: Vec<String> = tree::leaves(&pair).into_iter().map(|l| l.path).collect();
/// assert_eq!(paths, ["0", "1.0"]);
/// ```
pub fn leaves<T: Tree>(tree: &T) -> Vec<Leaf> {
    struct Collect {
        path: Path,
        leaves: Vec<Leaf>,
    }
    impl Visit for Collect {
        fn enter(&mut self, key: Key<'_>) {
            self.path.enter(key);
        }
        fn leave(&mut self) {
            self.path.leave();
        }
        fn leaf(&mut self, role: Role, tensor: &AnyTensor) {
            self.leaves.push(Leaf { path: self.path.text.clone(), role, tensor: tensor.clone() });
        }
    }
    let mut collect = Collect { path: Path::default(), leaves: vec![] };
    tree.visit(Role::Trainable, &mut collect);
    collect.leaves
}

/// The number of elements in the trainable leaves: the parameters of a model.
pub fn count<T: Tree>(tree: &T) -> usize {
    leaves(tree).iter().filter(|l| l.role == Role::Trainable).map(|l| l.tensor.len()).sum()
}

/// The bytes of all leaves.
pub fn bytes<T: Tree>(tree: &T) -> usize {
    leaves(tree).iter().map(|l| l.tensor.len() * l.tensor.dtype().size()).sum()
}

/// The same tree with the leaf that `next` gives for each of its leaves, in order.
pub(crate) fn replace_leaves<T: Tree>(tree: &T, next: &mut dyn FnMut(Role, &AnyTensor) -> AnyTensor) -> T {
    struct Replace<'a>(&'a mut dyn FnMut(Role, &AnyTensor) -> AnyTensor);
    impl MapLeaves for Replace<'_> {
        fn leaf(&mut self, role: Role, tensor: &AnyTensor) -> AnyTensor {
            (self.0)(role, tensor)
        }
    }
    tree.map(Role::Trainable, &mut Replace(next))
}

/// A path: the keys that were entered and not left, joined by dots.
#[derive(Default)]
pub(crate) struct Path {
    pub(crate) text: String,
    /// The length of the text before each key.
    lengths: Vec<usize>,
}

impl Path {
    pub(crate) fn enter(&mut self, key: Key<'_>) {
        self.lengths.push(self.text.len());
        if !self.text.is_empty() {
            self.text.push('.');
        }
        match key {
            Key::Field(name) => self.text.push_str(name),
            Key::Index(i) => write!(self.text, "{i}").expect("a String takes all writes"),
        }
    }

    pub(crate) fn leave(&mut self) {
        self.text.truncate(self.lengths.pop().expect("every leave follows an enter"));
    }
}
