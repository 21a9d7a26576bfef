// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of `rng_bit_generator`.

use smallvec::smallvec;

use super::Shapes;
use super::site::Site;
use crate::{DType, Result, RngAlgorithm, Shape, bail};

pub(super) fn rng_bit_generator(site: &Site<'_>, algorithm: RngAlgorithm, shape: &Shape) -> Result<Shapes> {
    site.takes(1, 0)?;
    let state = site.shape(0);
    if !shape.dtype.is_int() && !shape.dtype.is_float() {
        bail!(DType, "rng_bit_generator: bits of {shape} are not integers or floating point");
    }
    let sizes: &[usize] = match algorithm {
        RngAlgorithm::ThreeFry => &[2],
        RngAlgorithm::Default | RngAlgorithm::Philox => &[2, 3],
    };
    if !sizes.iter().any(|&n| *state == Shape::new(DType::U64, &[n])) {
        bail!(Shape, "rng_bit_generator: state {state} is not u64 of {sizes:?} words (C2)");
    }
    Ok(smallvec![state.clone(), shape.clone()])
}
