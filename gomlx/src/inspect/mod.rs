// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tools for users to inspect a call: its graph, the backend's compiled form, its cost; and to save it.
//!
//! Invariant: nothing here runs a graph.

mod lowered;
mod memory;
mod save;

pub use lowered::Lowered;
pub use memory::MemoryUse;
pub(crate) use memory::memory;
