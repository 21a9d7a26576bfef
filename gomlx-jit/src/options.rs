// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Switches that environment variables set for the whole process.

use std::sync::LazyLock;

/// Whether f16 and bf16 values stay in `f32` between the ops of one loop and are rounded only when they are stored, as
/// in XLA. The default is to round after each op, as the StableHLO spec says.
///
/// The environment variable `GOMLX_KEEP_F32=1` turns this on. A process reads it once, when it compiles its first
/// program, so it compiles all its programs alike.
pub fn keep_f32() -> bool {
    static KEEP: LazyLock<bool> = LazyLock::new(|| std::env::var("GOMLX_KEEP_F32").is_ok_and(|v| v == "1"));
    *KEEP
}

/// Whether memory is filled before a program runs. Then a read before the first write gives the same wrong result in
/// every run. Memory is filled in debug builds, and if the environment variable `GOMLX_FILL` is 1.
pub(crate) fn fills_memory() -> bool {
    static FILL: LazyLock<bool> = LazyLock::new(|| cfg!(debug_assertions) || std::env::var("GOMLX_FILL").is_ok_and(|v| v == "1"));
    *FILL
}

/// The byte that fills memory. Floats of it are NaN; integers are -1 or the greatest value.
pub(crate) const FILLING: u8 = 0xff;
