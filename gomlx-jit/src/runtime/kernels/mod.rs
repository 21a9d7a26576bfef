// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Library kernels: whole operations on raw buffers.

pub(crate) mod address;
pub(crate) mod conv;
pub(crate) mod copy;
pub(crate) mod dynamic_slice;
pub(crate) mod fft;
pub(crate) mod gather;
pub(crate) mod gemm;
mod gemm_tile;
pub(crate) mod generic;
pub(crate) mod linalg;
mod patches;
pub(crate) mod rng;
pub(crate) mod scatter;
pub(crate) mod select_scatter;
pub(crate) mod sort;
#[cfg(test)]
mod testing;
pub(crate) mod window;
