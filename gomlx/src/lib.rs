// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A machine-learning framework for Rust, compiled.

#![forbid(unsafe_code)]

// Paths that the macros write, `::gomlx::..`, must resolve inside this crate too.
extern crate self as gomlx;

pub mod data;
