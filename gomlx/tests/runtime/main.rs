// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What the crate's own API promises, by module of the crate: memo, errors, tensors, files, transforms, threads.

#![forbid(unsafe_code)]

mod backends;
mod convolutions;
mod environment;
mod errors;
mod files;
mod gradients;
mod images;
mod inspection;
mod linalg;
mod memo;
mod memory;
mod models;
mod ops;
mod programs;
mod random;
mod signals;
mod signatures;
mod state;
mod tensors;
mod threads;
mod too_large;
mod transforms;
mod unrolled;

#[path = "../support/mod.rs"]
mod support;

use support::*;
