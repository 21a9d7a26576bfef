// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What networks are made of, beside the ops: initialisers and losses.

pub mod init;
mod layers;
mod loss;

pub use layers::{Conv2d, Dense};
pub use loss::{accuracy, mean_squared_error, sigmoid_cross_entropy, sparse_cross_entropy};
