// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Records tests that cannot run on a machine by name, so a skipped test is never mistaken for a passed one.
//!
//! The note goes to standard error and, as a line `NAME: REASON`, to the file that the environment variable
//! [`SKIPPED_FILE`] names. `cargo xtask test` sets the variable and lists the names in its closing lines.

use std::fs::OpenOptions;
use std::io::Write;

use crate::environment::SKIPPED_FILE;

/// Notes that a test, or its part for one backend, was skipped.
///
/// # Panics
/// If the variable names a file that cannot be written.
pub fn skipped(test: &str, reason: &str) {
    eprintln!("skipped: {test} ({reason})");
    let Some(path) = SKIPPED_FILE.path() else { return };
    // Test programs append at the same time, so the line is written at once.
    let line = format!("{test}: {reason}\n");
    let file = OpenOptions::new().create(true).append(true).open(&path);
    if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
        panic!("cannot note in {} that {test} was skipped: {error}", path.display());
    }
}
