// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random numbers from a counter-based generator, whose state is a tensor.

use gomlx_ir::{DType, Element, Shape};

use crate::emit::compose;
use crate::ops::raw;
use crate::{AnyTensor, Tensor, Tree};

/// A generator of random numbers: Threefry-2x32 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
///
/// Its state is a key and a counter. Pass it as `&mut Rng`: drawing advances the counter. The same seed gives the same
/// bits on every backend.
///
/// ```
/// use gomlx::Rng;
/// let draw = |seed| Rng::from_seed(seed).uniform::<f32>(&[4]).to_vec();
/// assert_eq!(draw(1)?, draw(1)?);
/// assert_ne!(draw(1)?, draw(2)?);
/// # Ok::<(), gomlx::Error>(())
/// ```
#[derive(Clone, Debug, Tree)]
#[tree(state)]
pub struct Rng(
    /// Key and counter, `u64[2]`.
    Tensor<u64>,
);

impl Rng {
    /// A generator from a seed. Each seed has a stream of its own.
    pub fn from_seed(seed: u64) -> Rng {
        Rng(Tensor::new(&[2], &[seed, 0]).expect("two elements for dims [2]"))
    }

    /// Random bits of an unsigned type and dims.
    #[track_caller]
    fn bits(&mut self, dtype: DType, dims: &[usize]) -> AnyTensor {
        let mut results =
            compose("rng_bit_generator", (dtype, dims), &[&self.0.any], |_, state| state[0].random_bits(Shape::new(dtype, dims)));
        let bits = results.pop();
        // After a mistake there is one poisoned result, for both.
        match (results.pop(), bits) {
            (Some(state), Some(bits)) => {
                self.0 = Tensor::wrap(state);
                bits
            }
            (_, bits) => bits.unwrap_or_else(|| self.0.any.clone()),
        }
    }

    /// An independent generator. This one advances.
    #[track_caller]
    pub fn split(&mut self) -> Rng {
        let key: Tensor<u64> = Tensor::wrap(self.bits(DType::U64, &[1]));
        Rng(crate::concat(&[&key, &Tensor::zeros(&[1])], 0))
    }

    /// A tensor of numbers from the uniform distribution over [0, 1): multiples of 2^-52 for f64, 2^-23 for f32, 2^-10
    /// for f16, 2^-7 for bf16.
    #[track_caller]
    pub fn uniform<T: Element>(&mut self, dims: &[usize]) -> Tensor<T> {
        // The highest bits become the mantissa of a number in [1, 2).
        match T::DTYPE {
            DType::F64 => {
                let mantissa: Tensor<u64> = Tensor::wrap(self.bits(DType::U64, dims));
                let number = shift_right(&mantissa, 12) | 0x3ff0_0000_0000_0000_u64;
                Tensor::wrap((number.bitcast::<f64>() - 1.0).any)
            }
            dtype => {
                let bits: Tensor<u32> = Tensor::wrap(self.bits(DType::U32, dims));
                let mantissa = match dtype {
                    // Only as many bits as the type holds: more would round up to 1.
                    DType::F16 => shift_right(&bits, 9) & 0x7f_e000_u32,
                    DType::BF16 => shift_right(&bits, 9) & 0x7f_0000_u32,
                    _ => shift_right(&bits, 9),
                };
                Tensor::wrap(raw::convert(&((mantissa | 0x3f80_0000_u32).bitcast::<f32>() - 1.0).any, T::DTYPE))
            }
        }
    }

    /// A tensor of numbers from the normal distribution with mean 0 and variance 1 (Box and Muller, 1958).
    #[track_caller]
    pub fn normal<T: Element>(&mut self, dims: &[usize]) -> Tensor<T> {
        let pair: Vec<usize> = [&[2], dims].concat();
        let uniform = self.uniform::<f32>(&pair);
        let part = |i: usize| uniform.slice_axis(0, i, i + 1).reshape(dims);
        let radius = ((-part(0)).log1p() * -2.0).sqrt();
        (radius * (part(1) * std::f32::consts::TAU).cos()).cast::<T>()
    }

    /// A tensor of `bool`, each true with a probability.
    #[track_caller]
    pub fn bernoulli(&mut self, probability: f32, dims: &[usize]) -> Tensor<bool> {
        self.uniform::<f32>(dims).lt(probability)
    }
}

#[track_caller]
fn shift_right<T: Element>(x: &Tensor<T>, bits: u32) -> Tensor<T> {
    let by = raw::scalar(T::DTYPE, f64::from(bits));
    Tensor::wrap(raw::binary(gomlx_ir::BinaryOp::ShiftRightLogical, &x.any, &by))
}
