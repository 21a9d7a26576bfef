// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Library kernels: whole operations on raw buffers.

pub mod address;
pub mod conv;
pub mod copy;
pub mod fft;
pub mod gather;
pub mod gemm;
mod gemm_tile;
pub mod linalg;
mod patches;
pub mod rng;
pub mod scatter;
pub mod select_scatter;
pub mod sort;
#[cfg(test)]
mod testing;
pub mod window;
