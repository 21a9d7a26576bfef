// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Linear algebra on matrices in the last two axes; the axes before are batches.
//!
//! No function fails on a singular matrix, or on one that is not positive definite: the results are infinite or NaN, as
//! in JAX.

pub use crate::ops::linalg::*;
