// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random inputs that already lie in the backend's memory, which keeps copies to a device out of the measurement.

use gomlx::{Element, Result, Tensor};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};

/// A stream of random inputs, the same in every run.
pub(crate) struct Inputs(Xoshiro256PlusPlus);

impl Inputs {
    pub(crate) fn new() -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(0))
    }

    /// Numbers from the standard normal distribution (Box and Muller, 1958).
    pub(crate) fn normal<T: Element>(&mut self, dims: &[usize]) -> Result<Tensor<T>> {
        let mut elements = Vec::with_capacity(dims.iter().product::<usize>() + 1);
        while elements.len() < elements.capacity() - 1 {
            let (radius, angle) = ((-2.0 * (1.0 - self.unit()).ln()).sqrt(), std::f64::consts::TAU * self.unit());
            elements.extend([angle.cos(), angle.sin()].map(|x| T::from_f64(radius * x)));
        }
        elements.truncate(dims.iter().product());
        resident(dims, &elements)
    }

    /// Numbers from a normal distribution with the given standard deviation.
    pub(crate) fn scaled(&mut self, dims: &[usize], deviation: f32) -> Result<Tensor<f32>> {
        Ok(self.normal::<f32>(dims)? * deviation)
    }

    /// Integers in `0..bound`, to serve as classes or positions.
    pub(crate) fn positions(&mut self, dims: &[usize], bound: usize) -> Result<Tensor<i32>> {
        let elements: Vec<i32> = (0..dims.iter().product()).map(|_| (self.unit() * bound as f64) as i32).collect();
        resident(dims, &elements)
    }

    /// A uniform number in [0, 1) made from the highest 53 bits.
    fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A tensor that an op has returned, which puts it into the backend's memory.
pub(crate) fn resident<T: Element>(dims: &[usize], elements: &[T]) -> Result<Tensor<T>> {
    Ok(Tensor::new(&[elements.len()], elements)?.reshape(dims))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_their_moments_and_positions_their_bounds() -> Result<()> {
        gomlx::with_backend("eval", || {
            let mut inputs = Inputs::new();
            let x = inputs.normal::<f32>(&[3, 333])?;
            assert_eq!(x.dims(), [3, 333]);
            let x = x.to_vec()?;
            let mean = x.iter().sum::<f32>() / x.len() as f32;
            let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / x.len() as f32;
            assert!(mean.abs() < 0.1 && (variance - 1.0).abs() < 0.15, "{mean} {variance}");
            let positions = inputs.positions(&[1000], 10)?.to_vec()?;
            assert_eq!((positions.iter().min(), positions.iter().max()), (Some(&0), Some(&9)));
            Ok(())
        })?
    }
}
