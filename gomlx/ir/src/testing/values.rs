// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inputs of cases, which are the same in every run.

use crate::{DType, Element, HostTensor};

/// Pseudo-random values in a range. Integer types get integers, booleans get zeros and ones.
///
/// # Panics
/// If the type is complex.
pub fn uniform(dtype: DType, dims: &[usize], low: f64, high: f64, seed: u64) -> HostTensor {
    let mut state = seed;
    let elements: Vec<f64> = (0..dims.iter().product())
        .map(|_| {
            // SplitMix64 (Steele et al., 2014).
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = state;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^= bits >> 31;
            let unit = (bits >> 11) as f64 / (1u64 << 53) as f64;
            match dtype {
                DType::Bool => f64::from(u8::from(unit < 0.5)),
                _ if dtype.is_int() => (low + unit * (high - low)).round(),
                _ => low + unit * (high - low),
            }
        })
        .collect();
    from_f64(dtype, dims, &elements)
}

/// A tensor with the elements rounded to the nearest values of the element type.
///
/// # Panics
/// If the type is complex, or the number of elements does not match the dims.
pub fn from_f64(dtype: DType, dims: &[usize], elements: &[f64]) -> HostTensor {
    crate::with_element!(dtype, T => {
        let elements: Vec<T> = elements.iter().map(|&x| T::from_f64(x)).collect();
        HostTensor::new(dims, &elements)
    })
    .expect("one element for each position")
}

/// Complex numbers with both parts uniform in a range, the same on every machine.
///
/// # Panics
/// If the type is not complex.
pub fn complex(dtype: DType, dims: &[usize], low: f64, high: f64, seed: u64) -> HostTensor {
    let mut both = dims.to_vec();
    both.push(2);
    let parts = uniform(dtype.real(), &both, low, high, seed);
    HostTensor::from_bytes(dtype, dims, parts.bytes()).expect("two parts for each complex number")
}
