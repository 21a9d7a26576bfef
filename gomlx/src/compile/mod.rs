// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compiling a module for the memo of a backend: the one place that `GOMLX_LOG=compile` and `GOMLX_DUMP` watch.

mod dump;

use std::sync::Arc;
use std::time::Instant;

use gomlx_ir::{Backend, Executable, Module};

use crate::log::{self, Topic};
use crate::memo::{Description, Table};

/// Compiles a module on a backend. `GOMLX_LOG=compile` tells how its arguments differ from those in `table`;
/// `GOMLX_DUMP` writes files of it.
///
/// # Errors
/// If the backend refuses the module.
pub(crate) fn compile<E>(
    table: &Table<E>,
    name: &str,
    backend: &dyn Backend,
    module: &Module,
    description: &Description,
) -> gomlx_ir::Result<Arc<dyn Executable>> {
    let start = Instant::now();
    let executable = backend.compile(module)?;
    if log::wants(Topic::Compile) {
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let why = reason(table.differences(description), description);
        log::tell(Topic::Compile, format_args!("compiled `{name}` for {} in {ms:.1} ms: {why}", backend.name()));
    }
    dump::write(name, backend.name(), module, &*executable);
    Ok(executable)
}

/// The reason why no earlier compile could be used.
fn reason(differences: Option<Vec<String>>, description: &Description) -> String {
    const MOST: usize = 4;
    match differences {
        None => format!("the first call, with {description}"),
        Some(changes) if changes.is_empty() => "a type parameter changed".to_owned(),
        Some(changes) => {
            let more = changes.len().saturating_sub(MOST);
            let shown = changes[..changes.len().min(MOST)].join("; ");
            if more > 0 { format!("{shown}; and {more} more changes") } else { shown }
        }
    }
}
