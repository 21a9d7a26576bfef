// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inspecting a call, for users: its graph, what a backend makes of it, its cost; and saving it.
//!
//! Invariant: nothing here runs a graph.

mod lowered;
mod memory;
mod save;

pub use lowered::Lowered;
pub use memory::MemoryUse;
pub(crate) use memory::memory;
