// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Library kernels: whole operations on raw buffers.

pub mod address;
pub mod conv;
pub mod copy;
pub mod gather;
pub mod gemm;
mod gemm_tile;
mod patches;
pub mod rng;
pub mod scatter;
pub mod select_scatter;
#[cfg(test)]
mod testing;
pub mod window;
