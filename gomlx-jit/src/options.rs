// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Switches that environment variables set for the whole process.

use std::sync::LazyLock;

/// Whether f16 and bf16 stay in `f32` between the ops of one loop and are rounded only where they are stored. XLA does
/// so. The StableHLO spec, and the default here, round after each op.
///
/// The environment variable `GOMLX_KEEP_F32=1` turns it on. It is read once, when the first program is compiled, so all
/// programs of a process are compiled alike.
pub fn keep_f32() -> bool {
    static KEEP: LazyLock<bool> = LazyLock::new(|| std::env::var("GOMLX_KEEP_F32").is_ok_and(|v| v == "1"));
    *KEEP
}

/// Whether memory is filled before a program runs, so that a read before the first write gives the same wrong result in
/// every run. It is filled in debug builds, and if the environment variable `GOMLX_FILL` is 1.
pub(crate) fn fills_memory() -> bool {
    static FILL: LazyLock<bool> = LazyLock::new(|| cfg!(debug_assertions) || std::env::var("GOMLX_FILL").is_ok_and(|v| v == "1"));
    *FILL
}

/// The byte that memory is filled with: NaN as floats, extreme values as integers.
pub(crate) const FILLING: u8 = 0xff;
