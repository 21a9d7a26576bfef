// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The one switch of code generation.

use std::sync::LazyLock;

/// Whether f16 and bf16 stay in `f32` between the ops of one loop and are rounded only where they are stored, as XLA
/// does, rather than after each op, as the spec has it.
///
/// On where the environment has `GOMLX_KEEP_F32=1`. It is read once, when the first program is compiled: all programs of
/// a process, and those that are remembered by their graphs, are compiled alike.
pub fn keep_f32() -> bool {
    static KEEP: LazyLock<bool> = LazyLock::new(|| std::env::var("GOMLX_KEEP_F32").is_ok_and(|v| v == "1"));
    *KEEP
}
