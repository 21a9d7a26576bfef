// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The CPU backend: a verified function becomes a flat list of steps, each a loop nest compiled with Cranelift or a
//! call of a library kernel.
//!
//! `fuse` cuts the function into units, `build` makes a loop nest of each fused unit, `lower` makes code and kernels,
//! `schedule` orders this work as tasks on values, `memory` gives every value a slot and turns tasks into steps, and
//! `runtime` runs the steps. `loops` defines loop nests as data, for the first three.
//!
//! Invariant: imports between the folders go one way: `lower` may use `build`, `build` may use `fuse`, `fuse` may use
//! `loops`. `schedule` uses these, and `memory` uses `schedule`. `runtime` uses none of them.

#![deny(unsafe_code)]

mod backend;
mod build;
mod compile;
mod fuse;
mod loops;
mod lower;
mod memory;
mod options;
mod prepare;
#[allow(unsafe_code, reason = "compiled code and kernels work on raw buffers")]
mod runtime;
mod schedule;

pub use backend::JitBackend;
pub use options::{keep_f32, set_keep_subnormals};
pub use runtime::pool::with_threads;
