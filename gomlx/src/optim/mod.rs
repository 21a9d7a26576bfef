// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Optimizers: states that update the trainable leaves of a model from gradients.
//!
//! An optimizer is a tree like its model, so a graph function takes it by `&mut`, and a checkpoint holds it.

mod adam;
mod moments;
mod sgd;

use gomlx_ir::{Code, Diagnostic};

pub use adam::{Adam, AdamOptions};
pub use sgd::Sgd;

use self::moments::computed_in;
use crate::ops::raw;
use crate::tree::{Role, Tree, VisitMut, leaves};
use crate::{AnyTensor, trace};

/// Whether optimizers update a leaf.
fn updated(role: Role, leaf: &AnyTensor) -> bool {
    role == Role::Trainable && leaf.dtype().is_float()
}

/// Replaces each trainable floating-point leaf of `model` by the result of `step` for its position, the leaf, and its
/// gradient, both in the type that optimizers compute in.
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
                let (own, wide) = (tensor.dtype(), computed_in(tensor.dtype()));
                let stepped = (self.step)(self.next, &raw::convert(tensor, wide), &raw::convert(gradient, wide));
                *tensor = raw::convert(&stepped, own);
            }
            self.next += 1;
        }
    }
    model.visit_mut(Role::Trainable, &mut Update { gradients: &gradients, next: 0, step: &mut step });
}
