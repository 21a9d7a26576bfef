// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Code that the tests of several crates share.

#![forbid(unsafe_code)]

pub mod bench;
#[cfg(doctest)]
mod book;
pub mod conformance;
pub mod fuzz;
pub mod jax;
pub mod names;
pub mod npy;
pub mod numerics;
pub mod random;
pub mod transforms;
pub mod vectors;
