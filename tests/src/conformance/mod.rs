// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs StableHLO's own test modules on a backend. The text of each module holds the data, the computation and the
//! comparison with XLA's results. [`parse::test_module`] separates them.

mod compare;
mod suite;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use compare::{Tolerance, difference};
use gomlx_ir::edit::inline;
use gomlx_ir::eval::evaluate;
use gomlx_ir::parse::{self, Comparison, TestModule};
use gomlx_ir::{Backend, Buffer, Builder, Function, HostTensor, Module};
pub use suite::{Failure, Outcome, run};

/// The directory of the test modules, or `None` if it does not exist.
pub fn directory() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/stablehlo");
    root.is_dir().then_some(root)
}

/// The directory of this project's own test modules.
pub fn own_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("modules")
}

/// The module files of a directory, sorted by name.
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
/// If the text is invalid, if the backend refuses the module, or if values differ. The error says which.
pub fn check(text: &str, name: &str, backend: &dyn Backend) -> Result<(), String> {
    let (test, outputs) = computed(text, name, backend)?;
    if test.checks.is_empty() {
        return Err("the module compares nothing".to_owned());
    }
    let tolerance = Tolerance::of(test.module.main());
    let pairs = outputs[outputs.len() - 2 * test.checks.len()..].as_chunks::<2>().0;
    for (check, [computed, expected]) in test.checks.iter().zip(pairs) {
        if let Some(message) = difference(check.comparison, tolerance, computed, expected) {
            return Err(message);
        }
    }
    Ok(())
}

/// Runs a test module on two backends and compares their results. The comparisons in the text are ignored.
///
/// # Errors
/// If the text is invalid, if a backend refuses the module, or if values differ. The error says which.
pub fn compare(text: &str, name: &str, backends: [&dyn Backend; 2]) -> Result<(), String> {
    let (test, outputs) = computed(text, name, backends[0])?;
    let (_, others) = computed(text, name, backends[1])?;
    let tolerance = Tolerance::of(test.module.main());
    let asked = Comparison::AlmostEqual { tolerance: None };
    let differences = outputs.iter().zip(&others).filter_map(|(expected, got)| difference(asked, tolerance, got, expected));
    match differences.into_iter().next() {
        None if outputs.len() == others.len() => Ok(()),
        None => Err(format!("{} results and {}", outputs.len(), others.len())),
        Some(message) => Err(message),
    }
}

/// Parses a test module and runs it on a backend. Returns its results, followed by the two sides of each comparison.
fn computed(text: &str, name: &str, backend: &dyn Backend) -> Result<(TestModule, Vec<Arc<HostTensor>>), String> {
    let test = parse::test_module(text, name).map_err(|e| e.to_string())?;
    let mut arguments = vec![];
    for source in &test.sources {
        // A source returns only constants. The backend under test computes everything that depends on them.
        arguments.extend(evaluate(source, &[]).map_err(|e| e.to_string())?);
    }
    let params = test.module.main().params().len();
    if arguments.len() != params {
        return Err(format!("the module takes {} inputs of its own", params - arguments.len()));
    }
    let mut outputs = vec![];
    run_on(backend, &test.module, arguments, &mut outputs).map_err(|e| e.to_string())?;
    let outputs = outputs.iter().map(|b| b.to_host().map_err(|e| e.to_string())).collect::<Result<Vec<_>, _>>()?;
    Ok((test, outputs))
}

/// Runs a module whose parameters are the test data. A plugin gets the data as constants, as in the text: some modules
/// depend on XLA's own constant folding.
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
