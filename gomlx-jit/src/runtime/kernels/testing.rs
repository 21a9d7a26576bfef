// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Helpers of the kernels' tests: a seeded random generator, and slow, simple index arithmetic.

use crate::runtime::pool::with_threads;

/// A 64-bit linear congruential generator (Knuth's constants). It returns the high bits.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// A number in `range`.
    pub(crate) fn pick(&mut self, range: std::ops::RangeInclusive<i64>) -> i64 {
        range.start() + (self.next() % (range.end() - range.start() + 1) as u64) as i64
    }

    pub(crate) fn size(&mut self, range: std::ops::RangeInclusive<i64>) -> usize {
        self.pick(range) as usize
    }

    pub(crate) fn dims(&mut self, rank: usize, range: std::ops::RangeInclusive<i64>) -> Vec<usize> {
        (0..rank).map(|_| self.size(range.clone())).collect()
    }

    /// Random multiples of 1/4 between -4 and 4. Sums and products of a few of them are exact in a float with 24 bits.
    pub(crate) fn dyadic(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.pick(-16..=16) as f64 / 4.0).collect()
    }

    /// A random order of `0..n`.
    pub(crate) fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut p: Vec<usize> = (0..n).collect();
        for i in (1..n).rev() {
            p.swap(i, self.size(0..=i as i64));
        }
        p
    }
}

/// Every index into `dims`, in row-major order.
pub(crate) fn indices(dims: &[usize]) -> impl Iterator<Item = Vec<usize>> + '_ {
    (0..dims.iter().product::<usize>()).map(|mut flat| {
        let mut index = vec![0; dims.len()];
        for (i, &d) in dims.iter().enumerate().rev() {
            index[i] = flat % d;
            flat /= d;
        }
        index
    })
}

/// The row-major position of `index` in `dims`.
pub(crate) fn flat(dims: &[usize], index: &[usize]) -> usize {
    index.iter().zip(dims).fold(0, |at, (&i, &d)| at * d + i)
}

/// Runs `f` with 1, 2 and 5 threads, each on a fresh copy of `out`, checks that all results have the same bits, and
/// returns one.
pub(crate) fn at_any_thread_count<T: Copy + PartialEq + std::fmt::Debug>(out: &[T], f: impl Fn(*mut u8)) -> Vec<T> {
    let run = |threads| {
        let mut out = out.to_vec();
        with_threads(threads, || f(out.as_mut_ptr().cast()));
        out
    };
    let bytes = |v: &[T]| {
        // SAFETY: plain numbers without padding.
        unsafe { std::slice::from_raw_parts(v.as_ptr().cast::<u8>(), size_of_val(v)) }.to_vec()
    };
    let one = run(1);
    for threads in [2, 5] {
        assert_eq!(bytes(&run(threads)), bytes(&one), "{threads} threads and one differ");
    }
    one
}
