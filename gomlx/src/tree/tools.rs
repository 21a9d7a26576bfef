// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Trees made of trees: leaf by leaf, in a graph or outside.

use gomlx_ir::{Code, Diagnostic, Element};

use super::{Key, Leaf, MapLeaves, Path, Role, Tree, leaves};
use crate::{AnyTensor, Result, Tensor};

/// The paths of the leaves of a tree in its order.
pub fn paths<T: Tree>(tree: &T) -> Vec<String> {
    leaves(tree).into_iter().map(|l| l.path).collect()
}

/// The same tree with what `f` makes of each leaf.
///
/// ```
/// use gomlx::{Tensor, tree};
/// let pair = (Tensor::scalar(1.0f32), Tensor::scalar(2i32));
/// let other = tree::map(&pair, |leaf| if leaf.path == "1" { Tensor::scalar(7i32).into_any() } else { leaf.tensor.clone() });
/// assert_eq!((other.0.item()?, other.1.item()?), (1.0, 7));
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// If `f` gives a leaf of another element type where the tree's type says which it has.
pub fn map<T: Tree>(tree: &T, f: impl FnMut(&Leaf) -> AnyTensor) -> T {
    struct Each<F> {
        path: Path,
        f: F,
    }
    impl<F: FnMut(&Leaf) -> AnyTensor> MapLeaves for Each<F> {
        fn enter(&mut self, key: Key<'_>) {
            self.path.enter(key);
        }
        fn leave(&mut self) {
            self.path.leave();
        }
        fn leaf(&mut self, role: Role, tensor: &AnyTensor) -> AnyTensor {
            (self.f)(&Leaf { path: self.path.text.clone(), role, tensor: tensor.clone() })
        }
    }
    tree.map(Role::Trainable, &mut Each { path: Path::default(), f })
}

/// The same tree with what `f` makes of each leaf of an element type; the others stay.
pub fn map_each<E: Element, T: Tree>(tree: &T, mut f: impl FnMut(&Tensor<E>) -> Tensor<E>) -> T {
    map(tree, |leaf| typed(leaf).map_or_else(|| leaf.tensor.clone(), |tensor| f(&tensor).into_any()))
}

/// The first tree with what `f` makes of each of its leaves and the other's of the same path.
///
/// # Errors
/// If the trees have other paths; nothing was made then.
pub fn zip<T: Tree, U: Tree>(tree: &T, other: &U, mut f: impl FnMut(&Leaf, &Leaf) -> AnyTensor) -> Result<T> {
    let (left, right) = (leaves(tree), leaves(other));
    let differs = left.iter().zip(&right).find(|(a, b)| a.path != b.path);
    if let Some((a, b)) = differs {
        return Err(unlike(format!("zip: one tree has a leaf `{}` where the other has `{}`", a.path, b.path)));
    }
    if left.len() != right.len() {
        return Err(unlike(format!("zip: the trees have {} and {} leaves", left.len(), right.len())));
    }
    let mut rest = right.iter();
    Ok(map(tree, |leaf| match rest.next() {
        Some(other) => f(leaf, other),
        None => leaf.tensor.clone(),
    }))
}

/// The first tree with what `f` makes of each of its leaves of an element type and the other's of the same path; the
/// others stay.
///
/// ```
/// use gomlx::{Tensor, tree};
/// let (average, now) = (vec![Tensor::scalar(1.0f32)], vec![Tensor::scalar(3.0f32)]);
/// let next = tree::zip_each(&average, &now, |a: &Tensor<f32>, x: &Tensor<f32>| a * 0.5 + x * 0.5)?;
/// assert_eq!(next[0].item()?, 2.0);
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Errors
/// As [`zip`].
pub fn zip_each<E: Element, T: Tree, U: Tree>(tree: &T, other: &U, mut f: impl FnMut(&Tensor<E>, &Tensor<E>) -> Tensor<E>) -> Result<T> {
    zip(tree, other, |a, b| match (typed(a), typed(b)) {
        (Some(a), Some(b)) => f(&a, &b).into_any(),
        _ => a.tensor.clone(),
    })
}

/// The same tree without the leaves that `keep` refuses: they are empty, as those of gradients are that were not
/// differentiated, and neither saved nor given to graphs.
pub fn filter<T: Tree>(tree: &T, mut keep: impl FnMut(&Leaf) -> bool) -> T {
    map(tree, |leaf| if keep(leaf) { leaf.tensor.clone() } else { AnyTensor::absent(leaf.tensor.dtype(), leaf.tensor.dims()) })
}

fn typed<E: Element>(leaf: &Leaf) -> Option<Tensor<E>> {
    let present = leaf.tensor.dtype() == E::DTYPE && !leaf.tensor.is_absent();
    present.then(|| Tensor::wrap(leaf.tensor.clone()))
}

fn unlike(message: String) -> crate::Error {
    Diagnostic::new(Code::Signature, message).note("zip trees of one type and structure").into()
}
