// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the random numbers: `rng_bit_generator` and `rng`.

use smallvec::smallvec;

use super::Shapes;
use super::site::Site;
use crate::{DType, Result, RngAlgorithm, RngDistribution, Shape, bail};

pub(super) fn rng_bit_generator(site: &Site<'_>, algorithm: RngAlgorithm, shape: &Shape) -> Result<Shapes> {
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

pub(super) fn rng(site: &Site<'_>, distribution: RngDistribution, shape: &Shape) -> Result<Shape> {
    site.scalar("a", site.shape(0), shape.dtype, "(C1)")?;
    site.scalar("b", site.shape(1), shape.dtype, "(C1)")?;
    if *site.shape(2) != Shape::new(DType::I64, &[shape.rank()]) {
        bail!(Shape, "rng: shape is {}, not the {} dims of {shape} (C2)", site.shape(2), shape.rank());
    }
    if shape.dtype.is_complex() || (distribution == RngDistribution::Normal && !shape.dtype.is_float()) {
        bail!(DType, "rng: no {} numbers are {} (C3)", distribution.name(), shape.dtype);
    }
    Ok(shape.clone())
}
