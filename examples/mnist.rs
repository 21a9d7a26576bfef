// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Trains a network of dense layers on MNIST, or a convolutional network with `--cnn`.
//!
//! `cargo xtask data mnist` fetches the images once. With `--smoke` the example makes up its own images.

use std::error::Error;

use gomlx::data;
use gomlx::nn::{Conv2d, Dense};
use gomlx::prelude::*;
use gomlx_examples::made_up;
use gomlx_examples::options::Options;
use gomlx_examples::training::{Schedule, evaluate, train};

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
        let x = self.first.forward(&x).relu().max_pool([2, 2], [2, 2], &Padding::Valid);
        let x = self.second.forward(&x).relu().max_pool([2, 2], [2, 2], &Padding::Valid);
        let h = self.hidden.forward(&x.reshape([B, 1568])).relu();
        self.output.forward(&h)
    }
}

/// A network that classifies images of 28x28 pixels.
trait Classifier: Tree {
    /// A network with random weights.
    fn random(rng: &mut Rng) -> Self;

    /// The logits `[B, 10]` of images `[B, 28, 28]`.
    fn logits(&self, images: &Tensor<f32>) -> Tensor<f32>;
}

impl Classifier for Mlp {
    fn random(rng: &mut Rng) -> Mlp {
        Mlp::init(rng)
    }

    fn logits(&self, images: &Tensor<f32>) -> Tensor<f32> {
        self.forward(images)
    }
}

impl Classifier for Cnn {
    fn random(rng: &mut Rng) -> Cnn {
        Cnn::init(rng)
    }

    fn logits(&self, images: &Tensor<f32>) -> Tensor<f32> {
        self.forward(images)
    }
}

/// One step of training: updates the model and the optimizer, returns the loss and the accuracy before.
#[graph]
fn train_step<M: Classifier>(
    model: &mut M,
    opt: &mut Adam<M>,
    images: &Tensor![f32; B, 28, 28],
    labels: &Tensor![i32; B],
) -> gomlx::Result<(Tensor![f32;], Tensor![f32;])> {
    let ((loss, accuracy), grads) = value_and_grad(model, |m| {
        let logits = m.logits(images);
        (sparse_cross_entropy(&logits, labels).mean(), accuracy(&logits, labels))
    });
    opt.update(model, &grads);
    Ok((loss, accuracy))
}

/// The class of each image.
#[graph]
fn predict<M: Classifier>(model: &M, images: &Tensor![f32; B, 28, 28]) -> gomlx::Result<Tensor![i32; B]> {
    Ok(model.logits(images).argmax(-1))
}

/// Trains a new network and prints its speed and its accuracy on the test set.
fn run<M: Classifier>(options: &Options, batch: usize, epochs: usize) -> Result<(), Box<dyn Error>> {
    let (training, test) = if options.smoke {
        (made_up::images(512, 1), made_up::images(256, 2))
    } else {
        let mnist = data::mnist::load(&data::data_dir("mnist")?)?;
        (mnist.train, mnist.test)
    };
    let steps = options.steps.unwrap_or(if options.smoke { 8 } else { training.len() / batch * epochs });
    let rate = |step: usize| 1e-3 * (1.0 - 0.9 * step as f32 / steps as f32);
    let mut model = M::random(&mut Rng::from_seed(options.seed));
    let mut opt = Adam::new(&model, rate(0));
    let speed = train(&training, &Schedule { steps, batch, seed: options.seed }, |step, images, labels| {
        opt.set_learning_rate(rate(step));
        train_step(&mut model, &mut opt, images, labels)
    })?;
    let accuracy = evaluate(&test, 250, |images| predict(&model, images))?;
    println!("{speed:.0} examples/s");
    println!("test accuracy: {accuracy:.4}");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_args("Trains on MNIST.", &[("cnn", "a convolutional network")]);
    if let Some(backend) = &options.backend {
        gomlx::set_backend(backend)?;
    }
    if options.has("cnn") { run::<Cnn>(&options, 64, 2) } else { run::<Mlp>(&options, 128, 5) }
}
