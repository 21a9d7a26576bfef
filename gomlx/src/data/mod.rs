// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Labelled data on the host: reading and checking files, splitting, shuffling, drawing batches.
//!
//! Examples are plain vectors in row-major order. A batch becomes tensors with
//! [`Tensor::new`](crate::Tensor::new): `Tensor::new(&batch.dims(), batch.features())`. All randomness comes from a
//! `u64` seed through xoshiro256++, whose authors specify its stream, so that a split stays the same on every platform
//! and in every version.
//!
//! Invariant: no function here trusts a file. A bad file gives a [`DataError`] that names it.

mod dataset;
mod error;
mod idx;
pub mod mnist;

pub use dataset::{Batches, Dataset, shuffled};
pub use error::DataError;
pub use gomlx_files::{Checksum, FileError, HomeError, data_dir, home_dir};
pub use idx::Idx;
