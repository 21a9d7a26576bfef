// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The training workloads: models and one Adam step on each.

use gomlx::nn::{Conv2d, Dense};
use gomlx::prelude::*;

model! {
    pub(crate) Mlp<IN, HIDDEN, CLASSES> {
        first: Dense<IN, HIDDEN>,
        second: Dense<HIDDEN, HIDDEN>,
        last: Dense<HIDDEN, CLASSES>,
    }

    fn forward(&self, x: &Tensor![f32; B, IN]) -> Tensor![f32; B, CLASSES] {
        let hidden = self.first.forward(x).relu();
        self.last.forward(&self.second.forward(&hidden).relu())
    }
}

#[graph]
pub(crate) fn mlp_step<const IN: usize, const HIDDEN: usize, const CLASSES: usize>(
    model: &mut Mlp<IN, HIDDEN, CLASSES>,
    optimizer: &mut Adam<Mlp<IN, HIDDEN, CLASSES>>,
    x: &Tensor![f32; B, {IN}],
    labels: &Tensor![i32; B],
) -> Tensor![f32;] {
    let (loss, gradients) = value_and_grad(model, |m| sparse_cross_entropy(&m.forward(x), labels).mean());
    optimizer.update(model, &gradients);
    loss
}

model! {
    pub(crate) Cnn {
        first: Conv2d<3, 1, 32>,
        second: Conv2d<3, 32, 64>,
        hidden: Dense<12544, 128>,
        last: Dense<128, 10>,
    }

    fn forward(&self, x: &Tensor![f32; B, 28, 28, 1]) -> Tensor![f32; B, 10] {
        let features = self.second.forward(&self.first.forward(x).relu()).relu();
        let pooled = features.max_pool([2, 2], [2, 2], &Padding::Valid).reshape([B, 12544]);
        self.last.forward(&self.hidden.forward(&pooled).relu())
    }
}

#[graph]
pub(crate) fn cnn_step(
    model: &mut Cnn,
    optimizer: &mut Adam<Cnn>,
    x: &Tensor![f32; B, 28, 28, 1],
    labels: &Tensor![i32; B],
) -> Tensor![f32;] {
    let (loss, gradients) = value_and_grad(model, |m| sparse_cross_entropy(&m.forward(x), labels).mean());
    optimizer.update(model, &gradients);
    loss
}
