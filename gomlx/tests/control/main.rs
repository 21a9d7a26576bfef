// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Control flow on tensors, on every backend, compared with plain Rust.

mod branches;
mod deep;
mod exits;
mod indexing;
mod loops;
mod matches;
mod previews;
mod rolled;

#[path = "../support/mod.rs"]
mod support;

use support::*;
