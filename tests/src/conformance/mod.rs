// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO's own test modules on a backend: each gets data, computes, and compares with what
//! XLA gave, all in its text, which [`parse::test_module`] takes apart.

mod compare;
mod suite;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use compare::{Tolerance, difference};
use gomlx_ir::eval::evaluate;
use gomlx_ir::parse::{self, TestModule};
use gomlx_ir::{Backend, Buffer};
pub use suite::{Failure, Outcome, run};

/// The directory of the test modules, if it is there.
pub fn directory() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/stablehlo");
    root.is_dir().then_some(root)
}

/// The project's own modules of the same kind.
pub fn own_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("modules")
}

/// The files of a directory that hold modules, by name.
///
/// # Errors
/// If the directory cannot be read.
pub fn files(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = vec![];
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "mlir") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Parses the text of a test module, runs it on a backend and makes its comparisons.
///
/// # Errors
/// With what is wrong: the text, what the backend refuses, or where the values differ.
pub fn check(text: &str, name: &str, backend: &dyn Backend) -> Result<(), String> {
    let TestModule { module, sources, checks } = parse::test_module(text, name).map_err(|e| e.to_string())?;
    if checks.is_empty() {
        return Err("the module compares nothing".to_owned());
    }
    // The evaluator has constants to read here; what is computed from them the backend under test computes.
    let mut inputs: Vec<Buffer> = vec![];
    for source in &sources {
        for argument in evaluate(source, &[]).map_err(|e| e.to_string())? {
            inputs.push(backend.upload(&Arc::new(argument)).map_err(|e| e.to_string())?);
        }
    }
    let main = module.main();
    if inputs.len() != main.params().len() {
        return Err(format!("the module takes {} inputs of its own", main.params().len() - inputs.len()));
    }
    let executable = backend.compile(&module).map_err(|e| e.to_string())?;
    let mut outputs = vec![];
    executable.run(&mut inputs, &mut outputs).map_err(|e| e.to_string())?;
    let tolerance = Tolerance::of(main);
    let pairs = outputs[outputs.len() - 2 * checks.len()..].as_chunks::<2>().0;
    for (check, [computed, expected]) in checks.iter().zip(pairs) {
        let [computed, expected] = [computed, expected].map(|b| b.to_host().map_err(|e| e.to_string()));
        if let Some(message) = difference(check.comparison, tolerance, &*computed?, &*expected?) {
            return Err(message);
        }
    }
    Ok(())
}
