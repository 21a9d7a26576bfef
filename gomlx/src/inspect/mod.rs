// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Looking at what is compiled: the graph of a call, and what the backend makes of it.

mod lowered;
mod save;

pub(crate) use lowered::memory;
pub use lowered::{Lowered, MemoryUse};
