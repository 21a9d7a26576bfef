// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Adam (Kingma and Ba, 2015), with decoupled weight decay (Loshchilov and Hutter, 2019) where asked.

use std::marker::PhantomData;

use gomlx_ir::{BinaryOp, UnaryOp};

use super::moments::Moments;
use super::update;
use crate::ops::raw;
use crate::{AnyTensor, Tensor, Tree};

/// The constants of Adam, which are part of the compiled graph. The defaults come from the paper.
#[derive(Clone, Copy, Debug, PartialEq, Tree)]
pub struct AdamOptions {
    /// Decay of the mean of gradients.
    pub beta1: f64,
    /// Decay of the mean of squared gradients.
    pub beta2: f64,
    /// Added to the root of the mean of squares.
    pub epsilon: f64,
    /// Decoupled decay of the weights, per step and learning rate; 0 for none.
    pub weight_decay: f64,
}

impl Default for AdamOptions {
    fn default() -> AdamOptions {
        AdamOptions { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 0.0 }
    }
}

/// The state of Adam for a model `M`: two moments for each trainable leaf, the number of steps, and the learning rate.
/// Moments and steps of weights in half types are computed in `f32`.
///
/// ```
/// use gomlx::prelude::*;
///
/// #[graph]
/// fn step(x: &mut Tensor![f32;], opt: &mut Adam<Tensor<f32>>) -> Tensor![f32;] {
///     let (loss, gradient) = value_and_grad(x, |x| (x - 3.0).square());
///     opt.update(x, &gradient);
///     loss
/// }
/// let mut x = Tensor::scalar(0.0f32);
/// let mut opt = Adam::new(&x, 0.1);
/// for _ in 0..200 {
///     step(&mut x, &mut opt);
/// }
/// assert!((x.item()? - 3.0).abs() < 1e-2);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[derive(Clone, Debug, Tree)]
#[tree(state)]
pub struct Adam<M> {
    mean: Moments,
    square: Moments,
    step: Tensor<i32>,
    learning_rate: Tensor<f32>,
    options: AdamOptions,
    model: PhantomData<fn() -> M>,
}

impl<M: Tree> Adam<M> {
    /// The initial state for a model, with the default constants.
    pub fn new(model: &M, learning_rate: f32) -> Adam<M> {
        Adam::with_options(model, learning_rate, AdamOptions::default())
    }

    /// The initial state for a model, with constants, which are part of the compiled graph.
    pub fn with_options(model: &M, learning_rate: f32, options: AdamOptions) -> Adam<M> {
        Adam {
            mean: Moments::zeros(model),
            square: Moments::zeros(model),
            step: Tensor::scalar(0),
            learning_rate: Tensor::scalar(learning_rate),
            options,
            model: PhantomData,
        }
    }

    /// Changes the learning rate. Nothing is recompiled.
    pub fn set_learning_rate(&mut self, learning_rate: f32) {
        self.learning_rate = Tensor::scalar(learning_rate);
    }

    /// The number of steps so far, a scalar.
    pub fn steps(&self) -> &Tensor<i32> {
        &self.step
    }

    /// Takes a step: updates the trainable leaves of `model` from their gradients.
    #[track_caller]
    pub fn update(&mut self, model: &mut M, gradients: &M) {
        let AdamOptions { beta1, beta2, epsilon, weight_decay } = self.options;
        self.step = &self.step + 1;
        let t = self.step.cast::<f32>();
        let correction = |beta: f64| -> Tensor<f32> { 1.0 - (&t * beta.ln()).exp() };
        // Folding the corrections, which are scalars, into the rate and into epsilon leaves one pass over each leaf.
        let root = correction(beta2).sqrt();
        let rate = (&self.learning_rate * &root / correction(beta1)).any;
        let epsilon = (root * epsilon).any;
        let decay = (1.0f64 - &self.learning_rate * weight_decay).any;
        let (means, squares) = (&mut self.mean, &mut self.square);
        update("adam", model, gradients, |i, weight, gradient| {
            let dtype = weight.dtype();
            let (mean, square) = (means.at(i), squares.at(i));
            *mean = add(&scale(mean, beta1), &scale(gradient, 1.0 - beta1));
            *square = add(&scale(square, beta2), &scale(&mul(gradient, gradient), 1.0 - beta2));
            let denominator = add(&raw::unary(UnaryOp::Sqrt, square), &raw::convert(&epsilon, dtype));
            let step = raw::binary(BinaryOp::Divide, &mul(mean, &raw::convert(&rate, dtype)), &denominator);
            let kept = if weight_decay == 0.0 { weight.clone() } else { mul(weight, &raw::convert(&decay, dtype)) };
            raw::binary(BinaryOp::Subtract, &kept, &step)
        });
    }
}

#[track_caller]
fn add(x: &AnyTensor, y: &AnyTensor) -> AnyTensor {
    raw::binary(BinaryOp::Add, x, y)
}

#[track_caller]
fn mul(x: &AnyTensor, y: &AnyTensor) -> AnyTensor {
    raw::binary(BinaryOp::Multiply, x, y)
}

#[track_caller]
fn scale(x: &AnyTensor, factor: f64) -> AnyTensor {
    mul(x, &raw::scalar(x.dtype(), factor))
}
