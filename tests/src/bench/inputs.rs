// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random inputs of the workloads.

use std::f32::consts::TAU;

use gomlx::{Result, Tensor};
use rand_xoshiro::{
    Xoshiro256PlusPlus,
    rand_core::{Rng as _, SeedableRng as _},
};

/// A source of inputs, the same in every run.
pub struct Inputs(Xoshiro256PlusPlus);

impl Inputs {
    /// A source that starts anew.
    pub fn new() -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(0))
    }

    /// Of the normal distribution with mean 0 and variance 1.
    ///
    /// # Errors
    /// As `Tensor::new`.
    pub fn normal(&mut self, dims: &[usize]) -> Result<Tensor<f32>> {
        let n = dims.iter().product();
        let mut elements = Vec::with_capacity(n + 1);
        while elements.len() < n {
            // Box and Muller: two uniform numbers make two normal ones; the first must not be zero.
            let (radius, angle) = ((-2.0 * (1.0 - self.uniform()).ln()).sqrt(), TAU * self.uniform());
            elements.extend([radius * angle.cos(), radius * angle.sin()]);
        }
        Tensor::new(dims, &elements[..n])
    }

    /// Integers of `0..bound`.
    ///
    /// # Errors
    /// As `Tensor::new`.
    pub fn below(&mut self, bound: u32, dims: &[usize]) -> Result<Tensor<i32>> {
        let n = dims.iter().product();
        let elements: Vec<i32> = (0..n).map(|_| ((u64::from(self.0.next_u32()) * u64::from(bound)) >> 32) as i32).collect();
        Tensor::new(dims, &elements)
    }

    /// In `0..1`.
    fn uniform(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }
}

impl Default for Inputs {
    fn default() -> Self {
        Self::new()
    }
}
