// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Switches that environment variables set for the whole process.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use gomlx_files::environment::{FILL, KEEP_F32, SUBNORMALS};

static KEEP_SUBNORMALS: LazyLock<AtomicBool> = LazyLock::new(|| {
    let keep = SUBNORMALS.read(|word| match word {
        "keep" => Some(true),
        "flush" => Some(false),
        _ => None,
    });
    AtomicBool::new(keep.unwrap_or(false))
});

/// Sets whether programs compute with subnormal numbers. If not, which is the default, a subnormal `f32` or `f64`
/// counts as zero, in operands and in results, as on XLA's backends: instructions that meet a subnormal number may take
/// a hundred times longer. `GOMLX_SUBNORMALS=keep` in the environment keeps them too.
///
/// The setting holds for runs that begin later, of all programs. On processors other than x86-64 and aarch64, programs
/// always compute with subnormal numbers.
pub fn set_keep_subnormals(keep: bool) {
    KEEP_SUBNORMALS.store(keep, Ordering::Relaxed);
}

/// Whether programs compute with subnormal numbers.
pub(crate) fn keeps_subnormals() -> bool {
    KEEP_SUBNORMALS.load(Ordering::Relaxed)
}

/// Whether f16 and bf16 values stay in `f32` between the ops of one loop and are rounded only when they are stored, as
/// in XLA. The default is to round after each op, as the StableHLO spec says.
///
/// The environment variable `GOMLX_KEEP_F32=1` turns this on. A process reads it once, when it compiles its first
/// program, so it compiles all its programs alike.
pub fn keep_f32() -> bool {
    static KEEP: LazyLock<bool> = LazyLock::new(|| KEEP_F32.is_on());
    *KEEP
}

/// Whether memory is filled before a program runs. Then a read before the first write gives the same wrong result in
/// every run. Memory is filled in debug builds, and if the environment variable `GOMLX_FILL` is 1.
pub(crate) fn fills_memory() -> bool {
    static FILLS: LazyLock<bool> = LazyLock::new(|| FILL.is_on() || cfg!(debug_assertions));
    *FILLS
}

/// The byte that fills memory. Floats of it are NaN; integers are -1 or the greatest value.
pub(crate) const FILLING: u8 = 0xff;
