// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs many test modules on one backend, on all processors.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gomlx_ir::Backend;

use super::check;

/// The outcome of a run of several modules.
pub struct Outcome {
    /// How many passed.
    pub passed: usize,
    /// The modules that failed, by name.
    pub failures: Vec<Failure>,
}

/// A module that failed.
pub struct Failure {
    /// The name of its file.
    pub name: String,
    /// Why it failed.
    pub reason: String,
}

/// Runs the modules in these files. A panic counts as a failure.
pub fn run(paths: &[PathBuf], backend: &dyn Backend) -> Outcome {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(vec![]);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get()) {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = catch_unwind(AssertUnwindSafe(|| run_file(path, backend)));
                    if let Err(reason) = result.unwrap_or_else(|_| Err("panicked, as the standard error says".to_owned())) {
                        let name = name(path);
                        failures.lock().unwrap_or_else(|e| e.into_inner()).push(Failure { name, reason });
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_else(|e| e.into_inner());
    failures.sort_by(|a, b| a.name.cmp(&b.name));
    Outcome { passed: paths.len() - failures.len(), failures }
}

fn run_file(path: &Path, backend: &dyn Backend) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    check(&text, &name(path), backend)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
