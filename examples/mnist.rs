// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Trains on MNIST: a network of dense layers, or with `--cnn` a convolutional one.
//!
//! The images are fetched once by `cargo xtask data mnist`; `--smoke` makes up its own.

use std::error::Error;

use gomlx::data;
use gomlx::nn::{Conv2d, Dense};
use gomlx::prelude::*;
use gomlx_examples::made_up;
use gomlx_examples::options::Options;
use gomlx_examples::training::{Plan, evaluate, train};

model! {
    /// Three dense layers.
    pub Mlp {
        first: Dense<784, 512>,
        second: Dense<512, 256>,
        output: Dense<256, 10>,
    }

    /// The logits of each class.
    pub fn forward(&self, images: &Tensor![f32; B, 28, 28]) -> Tensor![f32; B, 10] {
        let x = images.reshape([B, 784]);
        let h = self.first.forward(&x).relu();
        let h = self.second.forward(&h).relu();
        self.output.forward(&h)
    }
}

model! {
    /// Two convolutions, each followed by a maximum over windows of 2x2, and two dense layers.
    pub Cnn {
        first: Conv2d<3, 1, 16>,
        second: Conv2d<3, 16, 32>,
        hidden: Dense<1568, 128>,
        output: Dense<128, 10>,
    }

    /// The logits of each class.
    pub fn forward(&self, images: &Tensor![f32; B, 28, 28]) -> Tensor![f32; B, 10] {
        let x = images.reshape([B, 28, 28, 1]);
        let x = self.first.forward(&x).relu().max_pool(&[2, 2], &[2, 2], &Padding::Valid);
        let x = self.second.forward(&x).relu().max_pool(&[2, 2], &[2, 2], &Padding::Valid);
        let h = self.hidden.forward(&x.reshape([B, 1568])).relu();
        self.output.forward(&h)
    }
}

/// Loss and accuracy of logits.
fn objective(logits: Tensor<f32>, labels: &Tensor<i32>) -> (Tensor<f32>, Tensor<f32>) {
    (sparse_cross_entropy(&logits, labels).mean(), accuracy(&logits, labels))
}

#[graph]
fn train_mlp(
    model: &mut Mlp,
    opt: &mut Adam<Mlp>,
    images: &Tensor![f32; B, 28, 28],
    labels: &Tensor![i32; B],
) -> gomlx::Result<(Tensor![f32;], Tensor![f32;])> {
    let (value, grads) = value_and_grad(model, |m| objective(m.forward(images), labels));
    opt.update(model, &grads);
    Ok(value)
}

#[graph]
fn train_cnn(
    model: &mut Cnn,
    opt: &mut Adam<Cnn>,
    images: &Tensor![f32; B, 28, 28],
    labels: &Tensor![i32; B],
) -> gomlx::Result<(Tensor![f32;], Tensor![f32;])> {
    let (value, grads) = value_and_grad(model, |m| objective(m.forward(images), labels));
    opt.update(model, &grads);
    Ok(value)
}

#[graph]
fn predict_mlp(model: &Mlp, images: &Tensor![f32; B, 28, 28]) -> gomlx::Result<Tensor![i32; B]> {
    Ok(model.forward(images).argmax(-1))
}

#[graph]
fn predict_cnn(model: &Cnn, images: &Tensor![f32; B, 28, 28]) -> gomlx::Result<Tensor![i32; B]> {
    Ok(model.forward(images).argmax(-1))
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_args("Trains on MNIST.", &[("cnn", "a convolutional network")]);
    if let Some(backend) = &options.backend {
        gomlx::set_backend(backend)?;
    }
    let (training, test) = if options.smoke {
        (made_up::images(512, 1), made_up::images(256, 2))
    } else {
        let mnist = data::mnist::load(&data::data_dir("mnist")?)?;
        (mnist.train, mnist.test)
    };
    let (batch, epochs) = if options.has("cnn") { (64, 2) } else { (128, 5) };
    let steps = options.steps.unwrap_or(if options.smoke { 8 } else { training.len() / batch * epochs });
    let plan = Plan { steps, batch, seed: options.seed };
    let rate = |step: usize| 1e-3 * (1.0 - 0.9 * step as f32 / steps as f32);
    let mut rng = Rng::from_seed(options.seed);

    let (speed, accuracy) = if options.has("cnn") {
        let mut model = Cnn::init(&mut rng);
        let mut opt = Adam::new(&model, rate(0));
        let speed = train(&training, &plan, |step, images, labels| {
            opt.set_learning_rate(rate(step));
            train_cnn(&mut model, &mut opt, images, labels)
        })?;
        (speed, evaluate(&test, 250, |images| predict_cnn(&model, images))?)
    } else {
        let mut model = Mlp::init(&mut rng);
        let mut opt = Adam::new(&model, rate(0));
        let speed = train(&training, &plan, |step, images, labels| {
            opt.set_learning_rate(rate(step));
            train_mlp(&mut model, &mut opt, images, labels)
        })?;
        (speed, evaluate(&test, 250, |images| predict_mlp(&model, images))?)
    };
    println!("{speed:.0} examples/s");
    println!("test accuracy: {accuracy:.4}");
    Ok(())
}
