// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Optimizers: states that update the trainable leaves of a model from gradients.
//!
//! An optimizer is a tree like its model, so a graph function takes it by `&mut`, and a checkpoint holds it.

mod adam;
mod sgd;

use gomlx_ir::{Code, Diagnostic};

pub use adam::{Adam, AdamOptions};
pub use sgd::Sgd;

use crate::tree::{Role, Tree, VisitMut, leaves};
use crate::{AnyTensor, trace};

/// A tree like a model, with zeros for the trainable floating-point leaves. The other leaves are absent.
pub(crate) fn zeros_like<M: Tree>(model: &M) -> M {
    crate::tree::replace_leaves(model, &mut |role, leaf| {
        if updated(role, leaf) { crate::ops::raw::zeros(leaf.dtype(), leaf.dims()) } else { AnyTensor::absent(leaf.dtype(), leaf.dims()) }
    })
}

/// Whether optimizers update a leaf.
fn updated(role: Role, leaf: &AnyTensor) -> bool {
    role == Role::Trainable && leaf.dtype().is_float()
}

/// Replaces each trainable floating-point leaf of `model` by the result of `step` for its position, the leaf, and its
/// gradient.
#[track_caller]
fn update<M: Tree>(optimizer: &str, model: &mut M, gradients: &M, mut step: impl FnMut(usize, &AnyTensor, &AnyTensor) -> AnyTensor) {
    let gradients: Vec<AnyTensor> = leaves(gradients).into_iter().map(|l| l.tensor).collect();
    let expected = leaves(model).len();
    if gradients.len() != expected {
        trace::fail(
            Diagnostic::new(Code::Gradient, format!("{optimizer}: the model has {expected} leaves, its gradients {}", gradients.len()))
                .note("pass the gradients that `value_and_grad` gave for this model"),
        );
    }
    struct Update<'a, F> {
        gradients: &'a [AnyTensor],
        next: usize,
        step: &'a mut F,
    }
    impl<F: FnMut(usize, &AnyTensor, &AnyTensor) -> AnyTensor> VisitMut for Update<'_, F> {
        fn leaf(&mut self, role: Role, tensor: &mut AnyTensor) {
            let gradient = &self.gradients[self.next];
            if updated(role, tensor) && !gradient.is_absent() {
                *tensor = (self.step)(self.next, tensor, gradient);
            }
            self.next += 1;
        }
    }
    model.visit_mut(Role::Trainable, &mut Update { gradients: &gradients, next: 0, step: &mut step });
}

/// The leaves of a tree of moments, which are read and replaced by position.
struct Moments(Vec<AnyTensor>);

impl Moments {
    fn of<M: Tree>(tree: &M) -> Moments {
        Moments(leaves(tree).into_iter().map(|l| l.tensor).collect())
    }

    fn write<M: Tree>(self, tree: &mut M) {
        struct Write(std::vec::IntoIter<AnyTensor>);
        impl VisitMut for Write {
            fn leaf(&mut self, _: Role, tensor: &mut AnyTensor) {
                if let Some(next) = self.0.next() {
                    *tensor = next;
                }
            }
        }
        tree.visit_mut(Role::State, &mut Write(self.0.into_iter()));
    }
}
