// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compiling a module on a backend, which `GOMLX_LOG` tells of and `GOMLX_DUMP` writes to files.

mod dump;

use std::sync::Arc;
use std::time::Instant;

use gomlx_ir::{Backend, Executable, Module};

use crate::log::{self, Topic};
use crate::memo::{Description, Memo};

/// Compiles a graph; `GOMLX_LOG=compile` tells why, `GOMLX_DUMP` has it written to files.
///
/// # Errors
/// If the backend refuses it.
pub(crate) fn compile(
    memo: &Memo,
    name: &str,
    backend: &dyn Backend,
    module: &Module,
    description: &Description,
) -> gomlx_ir::Result<Arc<dyn Executable>> {
    let start = Instant::now();
    let executable = backend.compile(module)?;
    if log::wants(Topic::Compile) {
        let ms = start.elapsed().as_secs_f64() * 1e3;
        let why = why(memo, description);
        log::tell(Topic::Compile, format_args!("compiled `{name}` for {} in {ms:.1} ms: {why}", backend.name()));
    }
    dump::write(name, backend.name(), module, &*executable);
    Ok(executable)
}

/// Why nothing compiled before could be used.
fn why(memo: &Memo, description: &Description) -> String {
    const MOST: usize = 4;
    match memo.nearest(description) {
        None => format!("the first call, with {description}"),
        Some(changes) if changes.is_empty() => "a type parameter changed".to_owned(),
        Some(changes) => {
            let more = changes.len().saturating_sub(MOST);
            let shown = changes[..changes.len().min(MOST)].join("; ");
            if more > 0 { format!("{shown}; and {more} more changes") } else { shown }
        }
    }
}
