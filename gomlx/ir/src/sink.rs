// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The destination of the lines of `print`: standard error, or a sink that the program sets.

use std::sync::{Arc, PoisonError, RwLock};

/// A function that receives each line.
pub type Sink = Arc<dyn Fn(&str) + Send + Sync>;

static SINK: RwLock<Option<Sink>> = RwLock::new(None);

/// Sends lines to `sink` from now on. `None` sends them to standard error.
pub fn set(sink: Option<Sink>) {
    *SINK.write().unwrap_or_else(PoisonError::into_inner) = sink;
}

/// Writes a line.
pub fn write(line: &str) {
    // The lock is not held while the line is written: the sink may set another.
    let sink = SINK.read().unwrap_or_else(PoisonError::into_inner).clone();
    match sink {
        Some(sink) => sink(line),
        None => eprintln!("{line}"),
    }
}
