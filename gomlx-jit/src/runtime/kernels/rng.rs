// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO `rng_bit_generator`, with the same bits as XLA. The generators are counter-based: any part of the result
//! can be computed alone, in any order.
//!
//! The generators are Threefry-2x32 with 20 rounds and Philox-4x32 with 10 rounds (Salmon et al., "Parallel random
//! numbers: as easy as 1, 2, 3", 2011). XLA's expansion of the op defines the counter and the word of each element.

use crate::runtime::elem::multiversion;
use crate::runtime::pool::parallel_for;
use crate::runtime::ptr::Shared;

/// The algorithm that makes the bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Algorithm {
    /// `THREE_FRY`. The state is `u64[2]`: key and counter.
    Threefry,
    /// `PHILOX`. The state is `u64[2]` or `u64[3]`: a key, and a counter of 64 or 128 bits.
    Philox,
}

/// A planned `rng_bit_generator`.
#[derive(Clone, Debug)]
pub(crate) struct RngBits {
    algorithm: Algorithm,
    state_len: usize,
    elem_size: usize,
    elements: usize,
    /// For Threefry with elements below 64 bits: the dims of the result as (outer, split, inner). Two neighbours along
    /// the split dim are the two words of a block.
    split: [usize; 3],
}

/// Number of blocks that are made at a time.
const LANES: usize = 64;
const PER_TILE: usize = 1 << 14;

impl RngBits {
    /// Plans random bits of `dims` in elements of 1, 2, 4 or 8 bytes, from a state of `state_len` words.
    pub(crate) fn new(algorithm: Algorithm, state_len: usize, elem_size: usize, dims: &[usize]) -> RngBits {
        // XLA pairs elements along the first dim of even size; if there is none, along the first of the largest dims.
        let largest = || (0..dims.len()).rev().max_by_key(|&a| dims[a]);
        let axis = (0..dims.len()).find(|&a| dims[a].is_multiple_of(2)).or_else(largest);
        let split = match axis {
            Some(a) => [dims[..a].iter().product(), dims[a], dims[a + 1..].iter().product()],
            None => [1, 1, 1],
        };
        RngBits { algorithm, state_len, elem_size, elements: dims.iter().product(), split }
    }

    /// Makes the bits and the next state.
    ///
    /// # Safety
    /// `state` and `next` hold the words of a state, and `out` holds the elements. `out` overlaps neither.
    pub(crate) unsafe fn run(&self, state: *const u64, next: *mut u64, out: *mut u8) {
        // SAFETY: a state has two or three words.
        let state: [u64; 3] = std::array::from_fn(|i| if i < self.state_len { unsafe { *state.add(i) } } else { 0 });
        let blocks = self.blocks();
        let counter = match (self.algorithm, self.state_len) {
            (Algorithm::Philox, 3) => u128::from(state[1]) | u128::from(state[2]) << 64,
            // XLA uses the key as the high half of the counter, and returns only the low half.
            (Algorithm::Philox, _) => u128::from(state[1]) | u128::from(state[0]) << 64,
            (Algorithm::Threefry, _) => u128::from(state[1]),
        };
        let after = counter.wrapping_add(blocks as u128);
        let key = [state[0] as u32, (state[0] >> 32) as u32];
        let after = [state[0], after as u64, (after >> 64) as u64];
        for (i, &word) in after[..self.state_len].iter().enumerate() {
            // SAFETY: as the caller promised.
            unsafe { next.add(i).write(word) }
        }
        let out = Shared::new(out);
        parallel_for(blocks.div_ceil(PER_TILE), PER_TILE as f64 * 3.0, &|tile| {
            let end = ((tile + 1) * PER_TILE).min(blocks);
            let range = Blocks { plan: self, key, counter, begin: tile * PER_TILE, end };
            // SAFETY: blocks make disjoint elements.
            unsafe {
                match self.algorithm {
                    Algorithm::Threefry => fill::<Threefry>(range, out.get()),
                    Algorithm::Philox => fill::<Philox>(range, out.get()),
                }
            }
        });
    }

    /// The number of blocks of the result. Each block uses one counter.
    fn blocks(&self) -> usize {
        match (self.algorithm, self.elem_size) {
            (Algorithm::Threefry, 8) => self.elements,
            (Algorithm::Threefry, _) => self.split[0] * self.split[1].div_ceil(2) * self.split[2],
            (Algorithm::Philox, 8) => self.elements.div_ceil(2),
            (Algorithm::Philox, _) => self.elements.div_ceil(4),
        }
    }
}

/// The blocks `begin..end` of a run.
struct Blocks<'a> {
    plan: &'a RngBits,
    key: [u32; 2],
    counter: u128,
    begin: usize,
    end: usize,
}

trait Blockwise {
    /// Number of words of a block.
    const WORDS: usize;
    /// Makes the blocks of `LANES` counters from `first` on. Word `w` of block `l` goes to `words[w][l]`.
    fn make(key: [u32; 2], first: u128, words: &mut [[u32; LANES]; 4]);
    /// Calls `put` for each word of the `n` blocks from `first` on that belongs to the result, with the position in the
    /// result, the word and the lane.
    fn place(plan: &RngBits, first: usize, n: usize, put: impl FnMut(usize, usize, usize));
}

struct Threefry;
struct Philox;

impl Blockwise for Threefry {
    const WORDS: usize = 2;

    #[inline(always)]
    fn make(key: [u32; 2], first: u128, words: &mut [[u32; LANES]; 4]) {
        const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];
        let keys = [key[0], key[1], key[0] ^ key[1] ^ 0x1bd1_1bda];
        let first = first as u64;
        let [firsts, seconds, ..] = words;
        for (lane, (first_word, second_word)) in firsts.iter_mut().zip(seconds).enumerate() {
            let counter = first.wrapping_add(lane as u64);
            let mut a = (counter as u32).wrapping_add(keys[0]);
            let mut b = ((counter >> 32) as u32).wrapping_add(keys[1]);
            for group in 0..5 {
                for rotation in ROTATIONS[group % 2] {
                    a = a.wrapping_add(b);
                    b = b.rotate_left(rotation) ^ a;
                }
                a = a.wrapping_add(keys[(group + 1) % 3]);
                b = b.wrapping_add(keys[(group + 2) % 3]).wrapping_add(group as u32 + 1);
            }
            (*first_word, *second_word) = (a, b);
        }
    }

    #[inline(always)]
    fn place(plan: &RngBits, first: usize, n: usize, mut put: impl FnMut(usize, usize, usize)) {
        let [_, split, inner] = plan.split;
        let half = split.div_ceil(2);
        let (mut i, mut pair, mut outer) = (first % inner, first / inner % half, first / inner / half);
        for lane in 0..n {
            let at = (outer * split + 2 * pair) * inner + i;
            put(at, 0, lane);
            if 2 * pair + 1 < split {
                put(at + inner, 1, lane);
            }
            i += 1;
            if i == inner {
                (i, pair) = (0, pair + 1);
                if pair == half {
                    (pair, outer) = (0, outer + 1);
                }
            }
        }
    }
}

impl Blockwise for Philox {
    const WORDS: usize = 4;

    #[inline(always)]
    fn make(key: [u32; 2], first: u128, words: &mut [[u32; LANES]; 4]) {
        for lane in 0..LANES {
            let counter = first.wrapping_add(lane as u128);
            let mut x: [u32; 4] = std::array::from_fn(|i| (counter >> (32 * i)) as u32);
            let mut key = key;
            for _ in 0..10 {
                let p0 = u64::from(x[0]) * 0xd251_1f53;
                let p1 = u64::from(x[2]) * 0xcd9e_8d57;
                x = [(p1 >> 32) as u32 ^ x[1] ^ key[0], p1 as u32, (p0 >> 32) as u32 ^ x[3] ^ key[1], p0 as u32];
                key = [key[0].wrapping_add(0x9e37_79b9), key[1].wrapping_add(0xbb67_ae85)];
            }
            for (word, x) in words.iter_mut().zip(x) {
                word[lane] = x;
            }
        }
    }

    #[inline(always)]
    fn place(plan: &RngBits, first: usize, n: usize, mut put: impl FnMut(usize, usize, usize)) {
        for lane in 0..n {
            let at = (first + lane) * 4;
            for word in 0..4.min(plan.elements - at) {
                put(at + word, word, lane);
            }
        }
    }
}

multiversion! {
    /// # Safety
    /// `out` holds the elements of the plan.
    unsafe fn fill<B: Blockwise>(blocks: Blocks<'_>, out: *mut u8) {
        let (plan, size) = (blocks.plan, blocks.plan.elem_size);
        let mut words = [[0u32; LANES]; 4];
        for first in (blocks.begin..blocks.end).step_by(LANES) {
            B::make(blocks.key, blocks.counter.wrapping_add(first as u128), &mut words);
            let n = LANES.min(blocks.end - first);
            if size == 8 {
                let pairs = B::WORDS / 2;
                for pair in 0..pairs {
                    for (lane, (&low, &high)) in words[2 * pair].iter().zip(&words[2 * pair + 1]).enumerate().take(n) {
                        let at = (first + lane) * pairs + pair;
                        if at < plan.elements {
                            // SAFETY: `at` is an element.
                            unsafe { out.cast::<u64>().add(at).write(u64::from(low) | u64::from(high) << 32) }
                        }
                    }
                }
                continue;
            }
            // SAFETY: `place` names only elements. A narrow element keeps the low bits of its word.
            unsafe {
                match size {
                    4 => B::place(plan, first, n, |at, w, lane| out.cast::<u32>().add(at).write(words[w][lane])),
                    2 => B::place(plan, first, n, |at, w, lane| out.cast::<u16>().add(at).write(words[w][lane] as u16)),
                    _ => B::place(plan, first, n, |at, w, lane| out.add(at).write(words[w][lane] as u8)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::kernels::testing::at_any_thread_count;

    fn bits<T: Copy + PartialEq + std::fmt::Debug + Default>(g: Algorithm, state: &[u64], dims: &[usize]) -> (Vec<u64>, Vec<T>) {
        let plan = RngBits::new(g, state.len(), size_of::<T>(), dims);
        let next = std::sync::Mutex::new(vec![0; state.len()]);
        let out = at_any_thread_count(&vec![T::default(); dims.iter().product()], |out| {
            let mut next = next.lock().expect("no panic");
            // SAFETY: the buffers have the sizes of the plan.
            unsafe { plan.run(state.as_ptr(), next.as_mut_ptr(), out) }
        });
        (next.into_inner().expect("no panic"), out)
    }

    /// Test vectors of the authors' Random123 library, for keys and counters of all zeros and all ones.
    #[test]
    fn known_answers_of_the_paper() {
        let (_, zeros) = bits::<u32>(Algorithm::Threefry, &[0, 0], &[2]);
        assert_eq!(zeros, [0x6b20_0159, 0x99ba_4efe]);
        let (next, ones) = bits::<u32>(Algorithm::Threefry, &[u64::MAX, u64::MAX], &[2]);
        assert_eq!((next, ones), (vec![u64::MAX, 0], vec![0x1cb9_96fc, 0xbb00_2be7]));
        let (_, zeros) = bits::<u32>(Algorithm::Philox, &[0, 0, 0], &[4]);
        assert_eq!(zeros, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let (next, ones) = bits::<u32>(Algorithm::Philox, &[u64::MAX; 3], &[4]);
        assert_eq!((next, ones), (vec![u64::MAX, 0, 0], vec![0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]));
    }

    /// StableHLO's test data of `rng_bit_generator`, which JAX made with XLA.
    #[test]
    fn bits_of_xla() {
        let (next, r) = bits::<u64>(Algorithm::Threefry, &[3, 3], &[]);
        assert_eq!((next.as_slice(), r.as_slice()), ([3, 4].as_slice(), [3_349_939_604_322_698_703].as_slice()));
        let (_, r) = bits::<u64>(Algorithm::Threefry, &[1, 2], &[2, 2]);
        let want = [9_236_835_810_183_407_956, 16_087_790_271_692_313_299, 18_212_823_393_184_779_219, 2_658_481_902_456_610_144];
        assert_eq!(r, want);
    }

    #[test]
    fn blocks_pair_along_the_first_even_dim_or_the_largest() {
        let block = |counter| bits::<u32>(Algorithm::Threefry, &[9, counter], &[2]).1;
        let (next, r) = bits::<u32>(Algorithm::Threefry, &[9, 7], &[3, 4, 2]);
        assert_eq!(next, [9, 7 + 12]);
        for (o, s, i) in (0..24).map(|at| (at / 8, at / 2 % 4, at % 2)) {
            assert_eq!(r[o * 8 + s * 2 + i], block(7 + (o * 4 + s / 2 * 2 + i) as u64)[s % 2]);
        }
        let (next, r) = bits::<u16>(Algorithm::Threefry, &[9, 7], &[3, 5]);
        assert_eq!(next, [9, 7 + 9]);
        for (o, s) in (0..15).map(|at| (at / 5, at % 5)) {
            assert_eq!(r[o * 5 + s], block(7 + (o * 3 + s / 2) as u64)[s % 2] as u16);
        }
    }

    #[test]
    fn large_results_are_made_of_the_same_blocks() {
        let (_, large) = bits::<u32>(Algorithm::Philox, &[5, u64::MAX - 3, 8], &[100_003]);
        let (next, tail) = bits::<u32>(Algorithm::Philox, &[5, 25_000 - 4, 9], &[3]);
        assert_eq!((&large[100_000..], next), (tail.as_slice(), vec![5, 24_997, 9]));
        let (_, wide) = bits::<u64>(Algorithm::Philox, &[5, 1, 2], &[3]);
        let (_, words) = bits::<u32>(Algorithm::Philox, &[5, 1, 2], &[6]);
        assert_eq!(wide, words.chunks(2).map(|w| u64::from(w[0]) | u64::from(w[1]) << 32).collect::<Vec<_>>());
        let (next, _) = bits::<u8>(Algorithm::Philox, &[5, 1], &[9]);
        assert_eq!(next, [5, 4]);
    }
}
