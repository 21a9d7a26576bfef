// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Programs as users write them, on every backend, compared with plain Rust.

mod attention;
mod closures;
mod decisions;
mod forms;
mod generic;
mod host;
mod layers;
mod nested;
mod ownership;
mod recurrent;
mod search;
mod state;
mod syntax;
mod training;
mod traits;
mod trees;

#[path = "../support/mod.rs"]
mod support;

use support::*;
