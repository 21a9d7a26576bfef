// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Library kernels: whole operations on raw buffers.

pub mod copy;
pub mod gemm;
mod gemm_tile;
#[cfg(test)]
mod testing;
