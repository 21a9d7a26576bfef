// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Initialisers: the first values of the variables of a `model!`.
//!
//! The fans of a variable are those of a convolution kernel `[spatial.., in, out]`. A dense weight `[in, out]` has no
//! spatial axes.

use gomlx_ir::Element;

use crate::{Rng, Tensor};

/// Makes the first value of a variable.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no initialiser, as a tensor of a model starts with [E0107]",
    label = "no initialiser",
    note = "`zeros()`, `ones()`, `constant(0.5)`, `uniform(-0.1, 0.1)` and more are in `gomlx::nn::init`"
)]
pub trait Initializer {
    /// A tensor of these dims.
    fn init<T: Element>(&self, dims: &[usize], rng: &mut Rng) -> Tensor<T>;
}

/// Makes the first values of an `Option`, a `Vec` or an array of variables.
pub trait Initializers {
    /// The type of the field.
    type Made<T: Element>;

    /// A tensor of these dims for each initialiser.
    fn init_all<T: Element>(self, dims: &[usize], rng: &mut Rng) -> Self::Made<T>;
}

impl<I: Initializer> Initializers for Option<I> {
    type Made<T: Element> = Option<Tensor<T>>;

    fn init_all<T: Element>(self, dims: &[usize], rng: &mut Rng) -> Option<Tensor<T>> {
        self.map(|i| i.init(dims, rng))
    }
}

impl<I: Initializer> Initializers for Vec<I> {
    type Made<T: Element> = Vec<Tensor<T>>;

    fn init_all<T: Element>(self, dims: &[usize], rng: &mut Rng) -> Vec<Tensor<T>> {
        self.into_iter().map(|i| i.init(dims, rng)).collect()
    }
}

impl<I: Initializer, const N: usize> Initializers for [I; N] {
    type Made<T: Element> = [Tensor<T>; N];

    fn init_all<T: Element>(self, dims: &[usize], rng: &mut Rng) -> [Tensor<T>; N] {
        self.map(|i| i.init(dims, rng))
    }
}

/// Every element equal.
#[derive(Clone, Copy, Debug)]
pub struct Constant(pub f64);

/// Uniform over `[low, high)`.
#[derive(Clone, Copy, Debug)]
pub struct Uniform {
    /// The lower bound, included.
    pub low: f64,
    /// The upper bound, excluded.
    pub high: f64,
}

/// Normal with mean 0 and a standard deviation.
#[derive(Clone, Copy, Debug)]
pub struct Normal {
    /// Standard deviation.
    pub std: f64,
}

/// Uniform or normal with mean 0 and variance `scale / fan`.
#[derive(Clone, Copy, Debug)]
pub struct VarianceScaling {
    scale: f64,
    fan: Fan,
    normal: bool,
}

#[derive(Clone, Copy, Debug)]
enum Fan {
    In,
    Average,
}

/// Zeros.
pub fn zeros() -> Constant {
    Constant(0.0)
}

/// Ones.
pub fn ones() -> Constant {
    Constant(1.0)
}

/// Every element equal to a number.
pub fn constant(value: f64) -> Constant {
    Constant(value)
}

/// Uniform over `[low, high)`.
pub fn uniform(low: f64, high: f64) -> Uniform {
    Uniform { low, high }
}

/// Normal with mean 0 and a standard deviation.
pub fn normal(std: f64) -> Normal {
    Normal { std }
}

/// Uniform with variance 2 / (fan in + fan out) (Glorot and Bengio, 2010).
pub fn glorot_uniform() -> VarianceScaling {
    VarianceScaling { scale: 1.0, fan: Fan::Average, normal: false }
}

/// Normal with variance 2 / (fan in + fan out) (Glorot and Bengio, 2010).
pub fn glorot_normal() -> VarianceScaling {
    VarianceScaling { scale: 1.0, fan: Fan::Average, normal: true }
}

/// Uniform with variance 2 / (fan in), for networks with relu (He et al., 2015).
pub fn he_uniform() -> VarianceScaling {
    VarianceScaling { scale: 2.0, fan: Fan::In, normal: false }
}

/// Normal with variance 2 / (fan in), for networks with relu (He et al., 2015).
pub fn he_normal() -> VarianceScaling {
    VarianceScaling { scale: 2.0, fan: Fan::In, normal: true }
}

impl Initializer for Constant {
    fn init<T: Element>(&self, dims: &[usize], _: &mut Rng) -> Tensor<T> {
        Tensor::full(dims, T::from_f64(self.0))
    }
}

impl Initializer for Uniform {
    fn init<T: Element>(&self, dims: &[usize], rng: &mut Rng) -> Tensor<T> {
        rng.uniform::<T>(dims) * (self.high - self.low) + self.low
    }
}

impl Initializer for Normal {
    fn init<T: Element>(&self, dims: &[usize], rng: &mut Rng) -> Tensor<T> {
        rng.normal::<T>(dims) * self.std
    }
}

impl Initializer for VarianceScaling {
    fn init<T: Element>(&self, dims: &[usize], rng: &mut Rng) -> Tensor<T> {
        let (fan_in, fan_out) = fans(dims);
        let fan = match self.fan {
            Fan::In => fan_in,
            Fan::Average => (fan_in + fan_out) / 2.0,
        };
        let variance = self.scale / fan.max(1.0);
        if self.normal {
            normal(variance.sqrt()).init(dims, rng)
        } else {
            // A uniform distribution over [-a, a] has variance a^2 / 3.
            let bound = (3.0 * variance).sqrt();
            uniform(-bound, bound).init(dims, rng)
        }
    }
}

/// The fans of a kernel `[spatial.., in, out]`: the numbers of inputs of an output, and of outputs of an input.
fn fans(dims: &[usize]) -> (f64, f64) {
    match dims {
        [] => (1.0, 1.0),
        [n] => (*n as f64, *n as f64),
        [spatial @ .., inputs, outputs] => {
            let field = gomlx_ir::product(spatial) as f64;
            (field * *inputs as f64, field * *outputs as f64)
        }
    }
}
