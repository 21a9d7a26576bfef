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
use gomlx_ir::rewrite::inline;
use gomlx_ir::{Backend, Buffer, Builder, Function, HostTensor, Module};
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
    let main = module.main();
    let mut arguments = vec![];
    for source in &sources {
        // There is nothing to compute but constants; what is computed from them the backend under test computes.
        arguments.extend(evaluate(source, &[]).map_err(|e| e.to_string())?);
    }
    if arguments.len() != main.params().len() {
        return Err(format!("the module takes {} inputs of its own", main.params().len() - arguments.len()));
    }
    let mut outputs = vec![];
    run_on(backend, &module, arguments, &mut outputs).map_err(|e| e.to_string())?;
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

/// Runs a module whose parameters are data. A plugin gets the data as constants, as the text had them: some of the
/// modules hold to what XLA's own evaluation of constants gives.
fn run_on(backend: &dyn Backend, module: &Module, arguments: Vec<HostTensor>, outputs: &mut Vec<Buffer>) -> gomlx_ir::Result<()> {
    if !backend.name().starts_with("pjrt") {
        let upload = |argument| backend.upload(&Arc::new(argument));
        let mut inputs: Vec<Buffer> = arguments.into_iter().map(upload).collect::<Result<_, _>>()?;
        return backend.compile(module)?.run(&mut inputs, outputs);
    }
    let mut closed = Function::new(module.main().name.clone());
    let mut builder = Builder::new(&mut closed, Function::BODY);
    let constants: Vec<_> = arguments.into_iter().map(|argument| builder.constant(argument)).collect();
    let results = inline(&mut closed, Function::BODY, module.main(), &constants);
    closed.set_results(results);
    backend.compile(&Module::new(closed))?.run(&mut vec![], outputs)
}
