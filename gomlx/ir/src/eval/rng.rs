// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `rng`, and `rng_bit_generator` with the bits of XLA: elements get the same counters, and the state advances in the
//! same way, as in XLA's expansion of the op.
//!
//! The generators are those of Salmon et al., "Parallel random numbers: as easy
//! as 1, 2, 3" (2011): Threefry-2x32 of 20 rounds and Philox-4x32 of 10.

use std::sync::Arc;

use smallvec::smallvec;

use super::arithmetic::Arithmetic;
use super::convert::{convert, indices};
use super::frame::Values;
use super::index::{Walk, offset, strides};
use super::precision;
use crate::{DType, Dims, HostTensor, Result, RngAlgorithm, RngDistribution, Shape};

/// The next state and the bits, for a state of key and counter.
pub(super) fn rng_bit_generator(state: &HostTensor, algorithm: RngAlgorithm, shape: &Shape) -> Result<Values> {
    let state = state.as_slice::<u64>()?;
    let wide = shape.dtype.size() == 8;
    let (next, bits) = match algorithm {
        RngAlgorithm::ThreeFry if wide => threefry_wide(state, shape.num_elements()),
        RngAlgorithm::ThreeFry => threefry_narrow(state, &shape.sizes()),
        RngAlgorithm::Default | RngAlgorithm::Philox => philox(state, shape.num_elements(), wide),
    };
    // A type narrower than a word keeps the word's low bits.
    let size = shape.dtype.size();
    let bytes: Vec<u8> = bits.iter().flat_map(|word| word.to_ne_bytes().into_iter().take(size)).collect();
    let bits = HostTensor::from_bytes(shape.dtype, &shape.sizes(), &bytes)?;
    Ok(smallvec![Arc::new(HostTensor::new(&[next.len()], &next)?), Arc::new(bits)])
}

/// Random numbers of a distribution. The generator is Philox, and its key is the number of `rng` ops that ran before in
/// this run, so that a module gives the same numbers whenever it runs.
///
/// Each element takes the block of its position. The lower pair of words gives a uniform number; both pairs give a
/// normal one, by the transform of Box and Muller.
pub(super) fn rng(a: &HostTensor, b: &HostTensor, distribution: RngDistribution, shape: &Shape, draw: u64) -> HostTensor {
    let dtype = shape.dtype;
    let blocks: Vec<[u64; 2]> = (0..shape.num_elements())
        .map(|i| {
            let [w, x, y, z] = philox4x32(halves(draw), i as u128);
            [whole(w, x), whole(y, z)]
        })
        .collect();
    if !dtype.is_float() {
        // Integers of any type, and booleans, as those of 64 bits.
        let (low, high) = (indices(a)[0], indices(b)[0]);
        let width = u128::from(high.abs_diff(low)) * u128::from(u8::from(high > low));
        let elements: Vec<i64> = blocks.iter().map(|&[bits, _]| low.wrapping_add(((u128::from(bits) * width) >> 64) as i64)).collect();
        return convert(&i64::write(DType::I64, &shape.sizes(), &elements), dtype);
    }
    let (a, b) = (f64::read(a)[0], f64::read(b)[0]);
    // From the 53 high bits, below one.
    let unit = |bits: u64| (bits >> 11) as f64 / (1u64 << 53) as f64;
    let elements: Vec<f64> = blocks
        .iter()
        .map(|&[first, second]| match distribution {
            RngDistribution::Uniform => a + unit(first) * (b - a),
            RngDistribution::Normal => {
                let radius = (-2.0 * (1.0 - unit(first)).ln()).sqrt();
                a + b * radius * (std::f64::consts::TAU * unit(second)).cos()
            }
        })
        .collect();
    let numbers = f64::write(dtype, &shape.sizes(), &elements);
    if distribution == RngDistribution::Normal {
        return numbers;
    }
    // Rounding may reach the bound, which is exclusive.
    let bound = f64::write(dtype, &[], &[b]);
    let below = f64::read(&precision::towards(&bound, a))[0];
    let elements: Vec<f64> = f64::read(&numbers).into_iter().map(|x| if x >= b && b > a { below } else { x }).collect();
    f64::write(dtype, &shape.sizes(), &elements)
}

/// Low and high half.
fn halves(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}

fn whole(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// Element i is the block of counter + i.
fn threefry_wide(state: &[u64], n: usize) -> (Vec<u64>, Vec<u64>) {
    let bits = (0..n as u64).map(|i| {
        let [low, high] = threefry2x32(halves(state[0]), halves(state[1].wrapping_add(i)));
        whole(low, high)
    });
    (vec![state[0], state[1].wrapping_add(n as u64)], bits.collect())
}

/// The two words of a block are neighbours along one axis: the first of even size, or else the largest.
fn threefry_narrow(state: &[u64], dims: &[usize]) -> (Vec<u64>, Vec<u64>) {
    let largest = || (0..dims.len()).rev().max_by_key(|&a| dims[a]);
    let split = (0..dims.len()).find(|&a| dims[a].is_multiple_of(2)).or_else(largest);
    let mut blocks: Dims = dims.into();
    if let Some(axis) = split {
        blocks[axis] = dims[axis].div_ceil(2);
    }
    let along = strides(&blocks);
    let mut bits = vec![];
    let mut walk = Walk::new(dims);
    while let Some(index) = walk.step() {
        let mut at: Dims = index.into();
        let mut word = 0;
        if let Some(axis) = split {
            word = index[axis] % 2;
            at[axis] = index[axis] / 2;
        }
        let counter = state[1].wrapping_add(offset(&at, &along) as u64);
        bits.push(u64::from(threefry2x32(halves(state[0]), halves(counter))[word]));
    }
    (vec![state[0], state[1].wrapping_add(blocks.iter().product::<usize>() as u64)], bits)
}

/// Words in the order of their blocks. The counter has 128 bits; a state of two words keeps the low ones.
fn philox(state: &[u64], n: usize, wide: bool) -> (Vec<u64>, Vec<u64>) {
    let (low, high) = if state.len() == 3 { (state[1], state[2]) } else { (state[1], state[0]) };
    let counter = u128::from(low) | u128::from(high) << 64;
    let words = if wide { 2 * n } else { n };
    let blocks = words.div_ceil(4) as u128;
    let words = (0..blocks).flat_map(|i| philox4x32(halves(state[0]), counter.wrapping_add(i)));
    let bits = if wide {
        let words: Vec<u32> = words.collect();
        words.chunks_exact(2).map(|w| whole(w[0], w[1])).take(n).collect()
    } else {
        words.map(u64::from).take(n).collect()
    };
    let next = counter.wrapping_add(blocks);
    let next = [state[0], next as u64, (next >> 64) as u64];
    (next[..state.len()].to_vec(), bits)
}

fn threefry2x32(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];
    let keys = [key[0], key[1], key[0] ^ key[1] ^ 0x1BD1_1BDA];
    let mut x = [counter[0].wrapping_add(keys[0]), counter[1].wrapping_add(keys[1])];
    for group in 0..5 {
        for rotation in ROTATIONS[group % 2] {
            x[0] = x[0].wrapping_add(x[1]);
            x[1] = x[1].rotate_left(rotation) ^ x[0];
        }
        x[0] = x[0].wrapping_add(keys[(group + 1) % 3]);
        x[1] = x[1].wrapping_add(keys[(group + 2) % 3]).wrapping_add(group as u32 + 1);
    }
    x
}

fn philox4x32(mut key: [u32; 2], counter: u128) -> [u32; 4] {
    let product = |x: u32, by: u32| halves(u64::from(x) * u64::from(by));
    let mut x = [0, 32, 64, 96].map(|shift| (counter >> shift) as u32);
    for _ in 0..10 {
        let ([low0, high0], [low1, high1]) = (product(x[0], 0xD251_1F53), product(x[2], 0xCD9E_8D57));
        x = [high1 ^ x[1] ^ key[0], low1, high0 ^ x[3] ^ key[1], low0];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(state: &[u64], algorithm: RngAlgorithm, dtype: DType, dims: &[usize]) -> (Vec<u64>, HostTensor) {
        let state = HostTensor::new(&[state.len()], state).unwrap();
        let r = rng_bit_generator(&state, algorithm, &Shape::new(dtype, dims)).unwrap();
        (r[0].as_slice::<u64>().unwrap().to_vec(), HostTensor::clone(&r[1]))
    }

    #[test]
    fn known_answers_of_the_paper() {
        // The test vectors that come with the authors' Random123 library.
        assert_eq!(threefry2x32([0, 0], [0, 0]), [0x6b20_0159, 0x99ba_4efe]);
        assert_eq!(threefry2x32([!0, !0], [!0, !0]), [0x1cb9_96fc, 0xbb00_2be7]);
        assert_eq!(philox4x32([0, 0], 0), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox4x32([!0, !0], !0), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
    }

    #[test]
    fn threefry_as_the_spec_and_jax_have_it() {
        let (next, r) = bits(&[1, 2], RngAlgorithm::ThreeFry, DType::U64, &[2, 2]);
        assert_eq!(next, [1, 6]);
        let expected = [9236835810183407956u64, 16087790271692313299, 18212823393184779219, 2658481902456610144];
        assert_eq!(r.as_slice::<u64>().unwrap(), expected);
        let (next, r) = bits(&[3, 3], RngAlgorithm::ThreeFry, DType::U64, &[]);
        assert_eq!((next.as_slice(), r.as_slice::<u64>().unwrap()), ([3, 4].as_slice(), [3349939604322698703].as_slice()));
    }

    #[test]
    fn narrow_threefry_splits_blocks_along_an_even_axis() {
        let (next, r) = bits(&[1, 2], RngAlgorithm::ThreeFry, DType::U32, &[3, 2]);
        assert_eq!(next, [1, 5]);
        let words: Vec<u32> = (2..5).flat_map(|c| threefry2x32([1, 0], [c, 0])).collect();
        assert_eq!(r.as_slice::<u32>().unwrap(), words);
        let (_, r) = bits(&[1, 2], RngAlgorithm::ThreeFry, DType::U8, &[3, 2]);
        assert!(r.as_slice::<u8>().unwrap().iter().zip(&words).all(|(&byte, &word)| byte == word as u8));
    }

    #[test]
    fn distributions_keep_their_bounds_and_moments() {
        let scalars = |a: f64, b: f64| (f64::write(DType::F32, &[], &[a]), f64::write(DType::F32, &[], &[b]));
        let shape = Shape::new(DType::F32, &[10_000]);
        let moments = |x: &[f64]| {
            let mean = x.iter().sum::<f64>() / x.len() as f64;
            (mean, (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / x.len() as f64).sqrt())
        };
        let (a, b) = scalars(-1.0, 3.0);
        let x = f64::read(&rng(&a, &b, RngDistribution::Uniform, &shape, 0));
        assert!(x.iter().all(|x| (-1.0..3.0).contains(x)));
        let (mean, deviation) = moments(&x);
        assert!((mean - 1.0).abs() < 0.05 && (deviation - 4.0 / 12f64.sqrt()).abs() < 0.05, "{mean} {deviation}");
        let (mean, deviation) = moments(&f64::read(&rng(&a, &b, RngDistribution::Normal, &shape, 1)));
        assert!((mean + 1.0).abs() < 0.1 && (deviation - 3.0).abs() < 0.1, "{mean} {deviation}");
        let (a, b) = (HostTensor::scalar(-2i8), HostTensor::scalar(2i8));
        let x = indices(&rng(&a, &b, RngDistribution::Uniform, &Shape::new(DType::I8, &[100]), 0));
        assert!((-2..2).all(|wanted| x.contains(&wanted)) && x.iter().all(|x| (-2..2).contains(x)));
        // An interval of two neighbours has only one number.
        let (a, b) = (HostTensor::scalar(1f32), HostTensor::scalar(1f32.next_up()));
        assert!(f64::read(&rng(&a, &b, RngDistribution::Uniform, &shape, 0)).iter().all(|&x| x == 1.0));
    }

    #[test]
    fn philox_keeps_as_much_counter_as_the_state_has() {
        let (next, r) = bits(&[7, u64::MAX, 5], RngAlgorithm::Philox, DType::U32, &[6]);
        assert_eq!(next, [7, 1, 6]);
        assert_eq!(r.as_slice::<u32>().unwrap()[4..], philox4x32([7, 0], 6 << 64)[..2]);
        let (next, _) = bits(&[7, 5], RngAlgorithm::Default, DType::U64, &[3]);
        assert_eq!(next, [7, 7]);
    }
}
