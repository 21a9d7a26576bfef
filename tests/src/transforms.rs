// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares the transforms with JAX in float64: values, forward mode, reverse mode, batching and Hessian-vector
//! products of each function of the reference set, on a backend.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use gomlx_ir::transform::{jvp_function, vjp_function, vmap_function};
use gomlx_ir::{Backend, Code, DType, Function, HostTensor, Module, ValueId, parse};

use crate::vectors::{Array, read_npz};

/// The outcome of one check.
#[derive(Debug)]
pub struct Check {
    /// The function, then the checked transform: `scan_rnn vjp`.
    pub name: String,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

/// The names of the functions in a directory, sorted.
///
/// # Errors
/// If the directory cannot be read.
pub fn functions(directory: &Path) -> std::io::Result<Vec<String>> {
    let mut names = vec![];
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "mlir") {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// Checks one function: `output`, `jvp`, `vjp`, `vmap` and, if the set has it, `hvp`. If the function cannot be read,
/// the only check is `parse`, which fails.
pub fn check(directory: &Path, name: &str, backend: &dyn Backend) -> Vec<Check> {
    let checked = |what: &str, result: Result<(), String>| Check { name: format!("{name} {what}"), failure: result.err() };
    let (module, arrays) = match load(directory, name) {
        Ok(loaded) => loaded,
        Err(e) => return vec![checked("parse", Err(e))],
    };
    let case = Case { f: module.main(), arrays, backend };
    let mut checks = vec![
        checked("output", case.output()),
        checked("jvp", case.jvp()),
        checked("vjp", if case.has("ctin") || !case.has("tin") { case.vjp() } else { case.refused_vjp() }),
        checked("vmap", case.vmap()),
    ];
    if case.has("hin") {
        checks.push(checked("hvp", case.hvp()));
    }
    checks
}

fn load(directory: &Path, name: &str) -> Result<(Module, BTreeMap<String, Array>), String> {
    let path = directory.join(name).with_extension("mlir");
    let text = fs::read_to_string(&path).map_err(|e| e.to_string())?;
    let module = parse::module(&text, &path.display().to_string()).map_err(|e| e.to_string())?;
    let arrays = read_npz(&path.with_extension("npz")).map_err(|e| e.to_string())?;
    Ok((module, arrays))
}

/// One function with its reference arrays.
struct Case<'a> {
    f: &'a Function,
    arrays: BTreeMap<String, Array>,
    backend: &'a dyn Backend,
}

impl Case<'_> {
    fn output(&self) -> Result<(), String> {
        let values = self.run(self.f, &self.inputs()?)?;
        self.compare_all("out", &all(self.f.results()), &values)
    }

    fn jvp(&self) -> Result<(), String> {
        let forward = jvp_function(self.f).map_err(|e| e.to_string())?;
        let results = self.run(&forward, &[self.inputs()?, self.tangents()?].concat())?;
        self.compare_all("tout", &self.differentiable(self.f.results()), &results[self.f.results().len()..])
    }

    fn vjp(&self) -> Result<(), String> {
        let backward = vjp_function(self.f).map_err(|e| e.to_string())?;
        let cotangents = self.like("ctout", self.f.results(), &self.differentiable(self.f.results()))?;
        let results = self.run(&backward, &[self.inputs()?, cotangents].concat())?;
        self.compare_all("ctin", &self.differentiable(self.f.params()), &results[self.f.results().len()..])
    }

    /// A loop of unknown length has no reverse mode, and the error must say what to do.
    fn refused_vjp(&self) -> Result<(), String> {
        match vjp_function(self.f) {
            Ok(_) => Err("it has no vjp, but one was derived".to_owned()),
            Err(errors) => {
                let first = &errors.0[0];
                let right = first.code == Code::Gradient && first.message.starts_with("while: reverse mode") && !first.notes.is_empty();
                if right { Ok(()) } else { Err(format!("another error than that of an unbounded loop: {errors}")) }
            }
        }
    }

    fn vmap(&self) -> Result<(), String> {
        let params = all(self.f.params());
        let inputs = self.like("vin", self.f.params(), &params)?;
        let size = inputs.first().map_or(3, |x| x.dims()[0]);
        let batched = vmap_function(self.f, size, &vec![true; params.len()]).map_err(|e| e.to_string())?;
        let values = self.run(&batched, &inputs)?;
        self.compare_all("vout", &all(self.f.results()), &values)
    }

    /// Forward mode over reverse mode.
    fn hvp(&self) -> Result<(), String> {
        let backward = vjp_function(self.f).map_err(|e| e.to_string())?;
        let second = jvp_function(&backward).map_err(|e| e.to_string())?;
        let dtype = self.f.shape(self.f.results()[0]).dtype;
        let number = |x: f64| HostTensor::full(dtype, &[], x).map_err(|e| e.to_string());
        let results = self.run(&second, &[self.inputs()?, vec![number(1.0)?], self.tangents()?, vec![number(0.0)?]].concat())?;
        // The results are the value, the gradient, the tangent of the value and the tangents of the gradient.
        let params = self.differentiable(self.f.params());
        self.compare_all("hin", &params, &results[1 + params.len() + 1..])
    }

    fn has(&self, prefix: &str) -> bool {
        self.arrays.keys().any(|name| name.starts_with(prefix))
    }

    fn inputs(&self) -> Result<Vec<HostTensor>, String> {
        self.like("in", self.f.params(), &all(self.f.params()))
    }

    fn tangents(&self) -> Result<Vec<HostTensor>, String> {
        self.like("tin", self.f.params(), &self.differentiable(self.f.params()))
    }

    fn differentiable(&self, values: &[ValueId]) -> Vec<usize> {
        (0..values.len()).filter(|&i| self.f.shape(values[i]).dtype.is_differentiable()).collect()
    }

    /// The arrays `prefix` + position, as tensors of the element types of the values at these positions.
    fn like(&self, prefix: &str, values: &[ValueId], positions: &[usize]) -> Result<Vec<HostTensor>, String> {
        let tensor = |&i: &usize| Ok(self.array(&format!("{prefix}{i}"))?.to_tensor(self.f.shape(values[i]).dtype));
        positions.iter().map(tensor).collect()
    }

    fn array(&self, name: &str) -> Result<&Array, String> {
        self.arrays.get(name).ok_or_else(|| format!("no array {name}"))
    }

    fn run(&self, f: &Function, inputs: &[HostTensor]) -> Result<Vec<HostTensor>, String> {
        let upload = |input: &HostTensor| self.backend.upload(&Arc::new(input.clone()));
        let run = || {
            let executable = self.backend.compile(&Module::new(f.clone()))?;
            let mut inputs = inputs.iter().map(upload).collect::<gomlx_ir::Result<Vec<_>>>()?;
            let mut outputs = vec![];
            executable.run(&mut inputs, &mut outputs)?;
            outputs
                .iter()
                .map(|output| output.to_host().map(|tensor| HostTensor::clone(&tensor)))
                .collect::<gomlx_ir::Result<Vec<HostTensor>>>()
        };
        run().map_err(|e: gomlx_ir::Diagnostic| e.to_string())
    }

    fn compare_all(&self, prefix: &str, positions: &[usize], got: &[HostTensor]) -> Result<(), String> {
        positions.iter().zip(got).try_for_each(|(i, got)| self.compare(&format!("{prefix}{i}"), got))
    }

    fn compare(&self, name: &str, got: &HostTensor) -> Result<(), String> {
        let want = self.array(name)?;
        if got.dims() != want.dims {
            return Err(format!("{name} has dims {:?}, JAX has {:?}", got.dims(), want.dims));
        }
        let tolerance = match got.dtype() {
            DType::F64 => 1e-9,
            DType::F32 => 1e-5,
            DType::F16 | DType::BF16 => 3e-2,
            _ => 0.0,
        };
        let distance = want.distance(got);
        // Written this way, a NaN distance fails too.
        if distance <= tolerance {
            return Ok(());
        }
        Err(format!("{name} is off by {distance:.1e} of its norm: {got:?}, JAX has {:?}", &want.elements[..want.elements.len().min(8)]))
    }
}

fn all(values: &[ValueId]) -> Vec<usize> {
    (0..values.len()).collect()
}
