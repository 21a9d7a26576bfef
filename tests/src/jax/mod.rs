// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Programs that JAX exported, with their inputs and JAX's results, on a backend.
//!
//! A folder has a module `NAME.mlir` and its arrays `NAME.npz` for each program, and an `index.json` with their
//! tolerances. `skipped.txt` says which programs cannot run without Python, and why.

mod compare;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gomlx_ir::{Backend, DType, HostTensor, parse};
use serde::Deserialize;

use crate::npy::read_npz;
use crate::transforms::Check;

/// Lines `NAME: REASON`.
const SKIPPED: &str = include_str!("skipped.txt");

/// What the index says of a program.
#[derive(Deserialize)]
struct Program {
    inputs: usize,
    outputs: usize,
    /// The arrays whose `u16` elements are the bits of bf16 numbers.
    bf16: Vec<String>,
    #[serde(flatten)]
    tolerance: compare::Tolerance,
}

/// The outcome of a run.
pub struct Outcome {
    /// A check for each program that ran.
    pub checks: Vec<Check>,
    /// The programs that did not run, each with the reason.
    pub skipped: Vec<(String, String)>,
}

/// The directory of the programs, `../shared/conformance/jax`, or `None` if it does not exist.
pub fn directory() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance/jax");
    root.is_dir().then_some(root)
}

/// Runs the programs of a folder whose name `chosen` accepts, on all processors.
///
/// # Errors
/// If the index cannot be read.
pub fn run(directory: &Path, backend: &dyn Backend, chosen: &(dyn Fn(&str) -> bool + Sync)) -> Result<Outcome, String> {
    let path = directory.join("index.json");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut programs: BTreeMap<String, Program> = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    programs.retain(|name, _| chosen(name));
    let skipped: Vec<(String, String)> = (SKIPPED.lines())
        .filter_map(|line| line.split_once(": "))
        .filter(|(name, _)| programs.remove(*name).is_some())
        .map(|(name, reason)| (name.to_owned(), reason.to_owned()))
        .collect();
    let programs: Vec<(String, Program)> = programs.into_iter().collect();
    let next = AtomicUsize::new(0);
    let checks = Mutex::new(vec![]);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get()) {
            scope.spawn(|| {
                while let Some((name, program)) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = catch_unwind(AssertUnwindSafe(|| check(directory, name, program, backend)));
                    let failure = result.unwrap_or_else(|_| Err("panicked, as the standard error says".to_owned())).err();
                    checks.lock().unwrap_or_else(|e| e.into_inner()).push(Check { name: name.clone(), failure });
                }
            });
        }
    });
    let mut checks = checks.into_inner().unwrap_or_else(|e| e.into_inner());
    checks.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Outcome { checks, skipped })
}

/// Runs a program and compares its results with JAX's.
fn check(directory: &Path, name: &str, program: &Program, backend: &dyn Backend) -> Result<(), String> {
    let path = directory.join(name).with_extension("mlir");
    let text = std::fs::read_to_string(&path).map_err(|e| e.to_string())?;
    let arrays = read_npz(&path.with_extension("npz"))?;
    let array = |kind: &str, i: usize| {
        let name = format!("{kind}{i}");
        let array = arrays.get(&name).ok_or_else(|| format!("no array {name}"))?;
        if !program.bf16.contains(&name) {
            return Ok(array.clone());
        }
        HostTensor::from_bytes(DType::BF16, array.dims(), array.bytes()).map_err(|e| e.to_string())
    };
    let inputs = (0..program.inputs).map(|i| array("in", i)).collect::<Result<Vec<HostTensor>, String>>()?;
    let outputs = execute(&text, name, inputs, backend).map_err(|e| e.to_string())?;
    if outputs.len() != program.outputs {
        return Err(format!("{} results, JAX has {}", outputs.len(), program.outputs));
    }
    for (i, got) in outputs.iter().enumerate() {
        let want = array("out", i)?;
        compare::difference(got, &want, &program.tolerance).map_or(Ok(()), |e| Err(format!("out{i}: {e}")))?;
    }
    Ok(())
}

fn execute(text: &str, name: &str, inputs: Vec<HostTensor>, backend: &dyn Backend) -> gomlx_ir::Result<Vec<Arc<HostTensor>>> {
    let shapes: Vec<_> = inputs.iter().map(|x| x.shape().clone()).collect();
    let module = parse::refined(text, name, &shapes)?;
    let mut inputs = inputs.into_iter().map(|x| backend.upload(&Arc::new(x))).collect::<gomlx_ir::Result<Vec<_>>>()?;
    let mut outputs = vec![];
    backend.compile(&module)?.run(&mut inputs, &mut outputs)?;
    outputs.iter().map(|x| x.to_host()).collect()
}
