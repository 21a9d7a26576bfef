// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Lowers loop nests to Cranelift functions, and other instructions to library kernels.

mod algebra;
mod convert;
mod elem;
mod elementwise;
mod fold;
mod gather;
mod half;
mod lane_loop;
mod library;
mod long_sum;
mod lowering;
mod movement;
mod nest;
mod pass;
mod product;
mod reference;
mod rng;
mod scalar;
mod sort;
mod tiling;
mod value;
mod window;

pub(crate) use library::library;
pub(crate) use lowering::Lowering;
pub(crate) use movement::bytes_copy;
