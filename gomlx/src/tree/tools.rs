// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Making trees from trees, leaf by leaf, in a graph or outside.

use gomlx_ir::{Code, Diagnostic, Element};

use super::{Key, Leaf, MapLeaves, Path, Role, Tree, leaves};
use crate::{AnyTensor, Result, Tensor};

/// The paths of the leaves of a tree, in order.
pub fn paths<T: Tree>(tree: &T) -> Vec<String> {
    leaves(tree).into_iter().map(|l| l.path).collect()
}

/// The same tree with the result of `f` for each leaf.
///
/// ```
/// use gomlx::{Tensor, tree}; let pair = (Tensor::scalar(1.0f32), Tensor::scalar(2i32)); let other = tree::map(&pair,
/// |leaf| if leaf.path == "1" { Tensor::scalar(7i32).into_any() } else { leaf.tensor.clone() });
/// assert_eq!((other.0.item()?, other.1.item()?), (1.0, 7));
/// # Ok::<(), gomlx::Error>(())
/// ```
///
/// # Panics
/// If `f` gives a leaf another element type than that in the type of the tree.
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

/// The same tree with the result of `f` for each leaf of element type `E`. The other leaves stay.
pub fn map_each<E: Element, T: Tree>(tree: &T, mut f: impl FnMut(&Tensor<E>) -> Tensor<E>) -> T {
    map(tree, |leaf| typed(leaf).map_or_else(|| leaf.tensor.clone(), |tensor| f(&tensor).into_any()))
}

/// The first tree with the result of `f` for each of its leaves and the leaf of the other tree with the same path.
///
/// # Errors
/// If the trees have different paths; `f` is then not called.
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

/// The first tree with the result of `f` for each of its leaves of element type `E` and the leaf of the other tree with
/// the same path. The other leaves stay.
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

/// The same tree with only the leaves that `keep` accepts. The others are absent, like the gradients of leaves that are
/// not differentiated: they are neither saved nor passed to graphs.
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
