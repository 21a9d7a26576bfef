// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Stochastic gradient descent.

use gomlx_ir::BinaryOp;

use super::update;
use crate::ops::raw;
use crate::{Tensor, Tree};

/// The state of stochastic gradient descent: the learning rate. A step subtracts the gradient times it from each
/// trainable leaf.
#[derive(Clone, Debug, Tree)]
#[tree(state)]
pub struct Sgd {
    learning_rate: Tensor<f32>,
}

impl Sgd {
    /// The initial state.
    pub fn new(learning_rate: f32) -> Sgd {
        Sgd { learning_rate: Tensor::scalar(learning_rate) }
    }

    /// Changes the learning rate. Nothing is recompiled.
    pub fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = Tensor::scalar(learning_rate);
    }

    /// Takes a step: updates the trainable leaves of `model` from their gradients.
    #[track_caller]
    pub fn update<M: Tree>(&mut self, model: &mut M, gradients: &M) {
        let rate = &self.learning_rate.any;
        update("sgd", model, gradients, |_, weight, gradient| {
            let step = raw::binary(BinaryOp::Multiply, gradient, &raw::convert(rate, weight.dtype()));
            raw::binary(BinaryOp::Subtract, weight, &step)
        });
    }
}
