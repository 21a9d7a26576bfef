// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The networks whose training steps are measured.

use gomlx::{
    Result,
    nn::{Conv2d, Dense},
    prelude::*,
};

use super::{
    calls::{Call, one},
    inputs::Inputs,
};

const LEARNING_RATE: f32 = 1e-3;

model! {
    /// 784-512-512-10 with relu.
    pub Mlp {
        first: Dense<784, 512>,
        second: Dense<512, 512>,
        last: Dense<512, 10>,
    }

    /// `[batch, 784]` to logits.
    pub fn forward(&self, x: &Tensor![f32; B, 784]) -> Tensor![f32; B, 10] {
        let x = self.first.forward(x).relu();
        let x = self.second.forward(&x).relu();
        self.last.forward(&x)
    }
}

model! {
    /// Two convolutions, a max-pool and two affine layers, for images of 28x28.
    pub Cnn {
        first: Conv2d<3, 1, 32>,
        second: Conv2d<3, 32, 64>,
        dense: Dense<12544, 128>,
        last: Dense<128, 10>,
    }

    /// `[batch, 28, 28, 1]` to logits.
    pub fn forward(&self, x: &Tensor![f32; B, 28, 28, 1]) -> Tensor![f32; B, 10] {
        let x = self.first.forward(x).relu();
        let x = self.second.forward(&x).relu();
        let x = x.max_pool(&[2, 2], &[2, 2], &Padding::Valid);
        let x = self.dense.forward(&x.reshape([B, 12544])).relu();
        self.last.forward(&x)
    }
}

#[graph]
fn mlp_step(model: &mut Mlp, adam: &mut Adam<Mlp>, x: &Tensor![f32; B, 784], y: &Tensor![i32; B]) -> Tensor![f32;] {
    let (loss, gradient) = value_and_grad(model, |m| sparse_cross_entropy(&m.forward(x), y).mean());
    adam.update(model, &gradient);
    loss
}

#[graph]
fn cnn_step(model: &mut Cnn, adam: &mut Adam<Cnn>, x: &Tensor![f32; B, 28, 28, 1], y: &Tensor![i32; B]) -> Tensor![f32;] {
    let (loss, gradient) = value_and_grad(model, |m| sparse_cross_entropy(&m.forward(x), y).mean());
    adam.update(model, &gradient);
    loss
}

/// A step of Adam on [`Mlp`].
///
/// # Errors
/// If its inputs cannot be made.
pub fn train_mlp(inputs: &mut Inputs, batch: usize) -> Result<Call> {
    let (x, y) = (inputs.normal(&[batch, 784])?, inputs.below(10, &[batch])?);
    let mut model = Mlp::init(&mut Rng::from_seed(0));
    let mut adam = Adam::new(&model, LEARNING_RATE);
    Ok(one(move || mlp_step::try_call(&mut model, &mut adam, &x, &y)))
}

/// A step of Adam on [`Cnn`].
///
/// # Errors
/// If its inputs cannot be made.
pub fn train_cnn(inputs: &mut Inputs, batch: usize) -> Result<Call> {
    let (x, y) = (inputs.normal(&[batch, 28, 28, 1])?, inputs.below(10, &[batch])?);
    let mut model = Cnn::init(&mut Rng::from_seed(0));
    let mut adam = Adam::new(&model, LEARNING_RATE);
    Ok(one(move || cnn_step::try_call(&mut model, &mut adam, &x, &y)))
}
