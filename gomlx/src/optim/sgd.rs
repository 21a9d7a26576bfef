// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Stochastic gradient descent.

use gomlx_ir::BinaryOp;

use super::update;
use crate::Tensor;
use crate::ops::raw;
use crate::tree::{MapLeaves, Role, Tree, Visit, VisitMut, map_field, visit_field, visit_mut_field};

/// Moves each trainable leaf against its gradient, times a learning rate.
#[derive(Clone, Debug)]
pub struct Sgd {
    learning_rate: Tensor<f32>,
}

impl Sgd {
    /// With a learning rate.
    pub fn new(learning_rate: f32) -> Sgd {
        Sgd { learning_rate: Tensor::scalar(learning_rate) }
    }

    /// Changes the learning rate; nothing is compiled anew.
    pub fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = Tensor::scalar(learning_rate);
    }

    /// Takes a step: moves the trainable leaves of `model` against their gradients.
    #[track_caller]
    pub fn update<M: Tree>(&mut self, model: &mut M, gradients: &M) {
        let rate = &self.learning_rate.any;
        update("sgd", model, gradients, |_, weight, gradient| {
            let step = raw::binary(BinaryOp::Multiply, gradient, &raw::convert(rate, weight.dtype()));
            raw::binary(BinaryOp::Subtract, weight, &step)
        });
    }
}

impl Tree for Sgd {
    fn visit(&self, _: Role, visitor: &mut dyn Visit) {
        visit_field(visitor, "learning_rate", Role::State, &self.learning_rate);
    }

    fn visit_mut(&mut self, _: Role, visitor: &mut dyn VisitMut) {
        visit_mut_field(visitor, "learning_rate", Role::State, &mut self.learning_rate);
    }

    fn map(&self, _: Role, mapper: &mut dyn MapLeaves) -> Self {
        Sgd { learning_rate: map_field(mapper, "learning_rate", Role::State, &self.learning_rate) }
    }
}
