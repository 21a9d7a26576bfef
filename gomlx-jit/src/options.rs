// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Switches of the process that programs compiled from then on obey.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether f16 and bf16 stay in `f32` between the ops of one loop and are rounded only where they are stored, as XLA
/// does, rather than after each op, as the spec has it.
///
/// Off, unless the environment has `GOMLX_KEEP_F32=1`. Programs that are compiled already stay as they are.
pub fn set_keep_f32(keep: bool) {
    switch().store(keep, Ordering::Relaxed);
}

/// The state of [`set_keep_f32`].
pub fn keep_f32() -> bool {
    switch().load(Ordering::Relaxed)
}

fn switch() -> &'static AtomicBool {
    static KEEP: OnceLock<AtomicBool> = OnceLock::new();
    KEEP.get_or_init(|| AtomicBool::new(std::env::var("GOMLX_KEEP_F32").is_ok_and(|v| v == "1")))
}
