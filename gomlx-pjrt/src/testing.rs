// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Helpers for tests that need a plugin. Such a test runs if there is one, and is otherwise listed as skipped.
//!
//! A machine without a plugin still runs every other test. Each skipped test is named on standard error, and as a line
//! `NAME: REASON` in the file that `GOMLX_SKIPPED_FILE` names. `cargo xtask test` lists these lines at its end.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::sync::Arc;

use crate::{Client, Error, PjrtBackend};

/// The backend of the CPU plugin. If no CPU plugin is installed, returns `None` and notes `test` as skipped.
///
/// # Panics
/// If there is a plugin that can't be used, or if there is none and `GOMLX_REQUIRE_PJRT` is 1.
pub fn backend_or_skip(test: &str) -> Option<Arc<PjrtBackend>> {
    match PjrtBackend::get("pjrt:cpu") {
        Ok(backend) => Some(backend),
        Err(e @ Error::NotFound { .. }) if env::var_os("GOMLX_REQUIRE_PJRT").is_some_and(|v| v == "1") => {
            panic!("{test} needs a pjrt plugin, as GOMLX_REQUIRE_PJRT=1 demands: {e}")
        }
        Err(Error::NotFound { .. }) => {
            note_skipped(test);
            None
        }
        Err(e) => panic!("{test}: {e}"),
    }
}

/// The client of the CPU plugin. If no CPU plugin is installed, returns `None` and notes `test` as skipped.
///
/// # Panics
/// See [`backend_or_skip`].
pub fn client_or_skip(test: &str) -> Option<Arc<Client>> {
    Some(backend_or_skip(test)?.client().clone())
}

fn note_skipped(test: &str) {
    eprintln!("skipped: {test} (no pjrt plugin)");
    let Some(path) = env::var_os("GOMLX_SKIPPED_FILE") else { return };
    // Writes the whole line at once, because other test programs append at the same time.
    let line = format!("{test}: no pjrt plugin\n");
    let file = OpenOptions::new().create(true).append(true).open(&path);
    if let Err(e) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
        panic!("can't note that {test} was skipped in {}: {e}", path.display());
    }
}
