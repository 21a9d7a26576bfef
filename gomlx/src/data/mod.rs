// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Labelled data on the host: reading files, checking them, splitting, shuffling, drawing batches.
//!
//! Everything here is plain vectors in row-major order; a batch becomes tensors with
//! `Tensor::from_slice`. All randomness comes from a `u64` seed through xoshiro256++, whose stream
//! its authors specify, so that a split stays the same on every platform and in every version.
//!
//! Invariant: no function here trusts a file. What is wrong with one is a [`DataError`] naming it.

mod batches;
mod checksum;
mod dataset;
mod error;
mod home;
mod idx;
pub mod mnist;

pub use batches::Batches;
pub use checksum::Checksum;
pub use dataset::{Dataset, shuffled};
pub use error::DataError;
pub use home::{HomeError, data_dir, home_dir};
pub use idx::Idx;
