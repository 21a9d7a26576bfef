// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The switches, which the environment sets for a process.

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

/// Whether memory is filled before programs write to it, so that what reads too early computes the same nonsense in every
/// run: in debug builds, and where the environment has `GOMLX_FILL=1`.
pub(crate) fn fills_memory() -> bool {
    static FILL: LazyLock<bool> = LazyLock::new(|| cfg!(debug_assertions) || std::env::var("GOMLX_FILL").is_ok_and(|v| v == "1"));
    *FILL
}

/// What it is filled with: NaN, or numbers far off.
pub(crate) const FILLING: u8 = 0xff;
