// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Trains a small network on real handwritten digits in a few seconds, saves it, and reads it back.

use std::error::Error;

use gomlx::optim::AdamOptions;
use gomlx::prelude::*;
use gomlx::{checkpoint, data};
use gomlx_examples::training::{Schedule, evaluate, tensors, train};
use gomlx_examples::{digits, options::Options, picture};

const PIXELS: usize = digits::SIDE * digits::SIDE;
const HIDDEN: usize = 256;
const RATE: f32 = 3e-3;

model! {
    /// A dense layer.
    pub Dense<IN, OUT> {
        weight: Tensor![f32; IN, OUT] = he_normal(),
        bias: Tensor![f32; OUT] = zeros(),
    }

    /// `x W + b`.
    pub fn forward(&self, x: &Tensor![f32; B, IN]) -> Tensor![f32; B, OUT] {
        x.matmul(&self.weight) + self.bias
    }
}

model! {
    /// Two dense layers.
    pub Mlp {
        hidden: Dense<PIXELS, HIDDEN>,
        output: Dense<HIDDEN, { digits::CLASSES }>,
    }

    /// The logits of each class.
    pub fn forward(&self, images: &Tensor![f32; B, 8, 8]) -> Tensor![f32; B, 10] {
        let x = images.reshape([B, PIXELS]);
        let h = self.hidden.forward(&x).relu();
        self.output.forward(&h)
    }
}

/// One step of training: updates the model and the optimizer, returns the loss and the accuracy before.
#[graph]
fn train_step(
    model: &mut Mlp,
    opt: &mut Adam<Mlp>,
    images: &Tensor![f32; B, 8, 8],
    labels: &Tensor![i32; B],
) -> gomlx::Result<(Tensor![f32;], Tensor![f32;])> {
    let ((loss, logits), grads) = value_and_grad(model, |m| {
        let logits = m.forward(images);
        (sparse_cross_entropy(&logits, labels).mean(), logits)
    });
    opt.update(model, &grads);
    Ok((loss, accuracy(&logits, labels)))
}

/// The class of each image.
#[graph]
fn predict(model: &Mlp, images: &Tensor![f32; B, 8, 8]) -> gomlx::Result<Tensor![i32; B]> {
    Ok(model.forward(images).argmax(-1))
}

fn main() -> Result<(), Box<dyn Error>> {
    let options = Options::from_args("Trains a small network on 8x8 images of handwritten digits.", &[]);
    if let Some(backend) = &options.backend {
        gomlx::set_backend(backend)?;
    }
    let (training, test) = digits::load()?.split(0.2, options.seed)?;
    let mut model = Mlp::init(&mut Rng::from_seed(options.seed));
    let mut opt = Adam::with_options(&model, RATE, AdamOptions { weight_decay: 0.3, ..AdamOptions::default() });

    let steps = options.steps.unwrap_or(if options.smoke { 20 } else { 1500 });
    let schedule = Schedule { steps, batch: 64, seed: options.seed };
    let speed = train(&training, &schedule, |step, images, labels| {
        opt.set_learning_rate(RATE * (1.0 - step as f32 / steps as f32));
        train_step(&mut model, &mut opt, images, labels)
    })?;
    let accuracy = evaluate(&test, test.len(), |images| predict(&model, images))?;
    println!("{speed:.0} examples/s");
    println!("test accuracy: {accuracy:.4}");

    draw_predictions(&model, &test)?;

    let directory = data::home_dir()?.join("checkpoints");
    std::fs::create_dir_all(&directory)?;
    let path = directory.join("digits.safetensors");
    checkpoint::save(&path, &model)?;
    let mut loaded = Mlp::init(&mut Rng::from_seed(options.seed + 1));
    checkpoint::load(&path, &mut loaded)?;
    let reloaded = evaluate(&test, test.len(), |images| predict(&loaded, images))?;
    if reloaded != accuracy {
        return Err(format!("the model read back from {} has accuracy {reloaded:.4}", path.display()).into());
    }
    println!("saved to {}, read back: test accuracy {reloaded:.4}", path.display());
    Ok(())
}

/// Draws a few images of the test set, each with its predicted and its true class.
fn draw_predictions(model: &Mlp, test: &data::Dataset) -> Result<(), Box<dyn Error>> {
    const SHOWN: usize = 4;
    let some = test.select(&(0..SHOWN.min(test.len())).collect::<Vec<_>>());
    let predicted = predict(model, &tensors(&some)?.0)?.to_vec()?;
    let pictures: Vec<String> = (0..some.len()).map(|i| picture::draw(some.example(i), digits::SIDE)).collect();
    println!("{}", picture::beside(&pictures, " | "));
    let captions: Vec<String> = predicted.iter().zip(some.labels()).map(|(p, l)| format!("{:<16}", format!("{p} (is {l})"))).collect();
    println!("{}", captions.join(" | "));
    Ok(())
}
