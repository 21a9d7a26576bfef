// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Derivatives against those that JAX computed in float64: values, forward mode,
//! reverse mode, and products with the Hessian, of each function of the reference set.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gomlx_ir::eval::evaluate;
use gomlx_ir::transform::{jvp_function, vjp_function};
use gomlx_ir::{Code, DType, Function, HostTensor, Module, ValueId, parse};
use gomlx_tests::vectors::{Array, directory_or_skip, read_npz};

/// Functions with an op that is not in the op set yet. One that parses must leave this list.
const LATER: &[&str] = &[
    "complex_exp_angle",
    "complex_mul_abs",
    "cond_false",
    "cond_true",
    "fft2",
    "fori_static",
    "irfft",
    "lstm",
    "median",
    "nested_scan",
    "rfft",
    "scan_of_cond",
    "scan_rnn",
    "sort",
    "sort_key_value",
    "switch",
    "top_k",
    "trace_diag",
    "un_acos",
    "un_acosh",
    "un_asin",
    "un_asinh",
    "un_atan",
    "un_atanh",
    "un_cosh",
    "un_digamma",
    "un_erf_inv",
    "un_erfc",
    "un_gelu_erf",
    "un_lgamma",
    "un_reduce_precision",
    "un_sinh",
    "while_forward_only",
];

#[test]
fn transforms_agree_with_jax() {
    let Some(directory) = directory_or_skip("transforms_agree_with_jax") else { return };
    let mut names: Vec<String> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "mlir"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    let (mut passed, mut later, mut failed) = (0, vec![], vec![]);
    for name in &names {
        let path = directory.join(name).with_extension("mlir");
        match parse::module(&fs::read_to_string(&path).unwrap(), &path.display().to_string()) {
            Err(e) if e.code == Code::Unsupported => later.push((name.as_str(), e.message)),
            Err(e) => failed.push(format!("{name}: {e}")),
            Ok(module) => match check(module.main(), &path.with_extension("npz")) {
                Ok(()) => passed += 1,
                Err(e) => failed.push(format!("{name}: {e}")),
            },
        }
    }
    println!("{passed} of {} functions pass", names.len());
    for (name, why) in &later {
        println!("later: {name}: {why}");
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
    let later: Vec<&str> = later.into_iter().map(|(name, _)| name).collect();
    assert_eq!(later, LATER, "the functions of ops to come");
}

fn check(f: &Function, arrays: &Path) -> Result<(), String> {
    let arrays = Arrays(read_npz(arrays).map_err(|e| e.to_string())?);
    let inputs = arrays.like("in", f, f.params(), |_| true);
    let values = run(f, &inputs)?;
    for (i, value) in values.iter().enumerate() {
        arrays.compare(&format!("out{i}"), value)?;
    }

    let differentiable = |v: ValueId| f.shape(v).dtype.is_differentiable();
    let tangents = arrays.like("tin", f, f.params(), differentiable);
    let forward = jvp_function(f).map_err(|e| e.to_string())?;
    let results = run(&forward, &[&inputs[..], &tangents].concat())?;
    let outputs: Vec<usize> = positions(f.results(), differentiable);
    for (position, tangent) in outputs.iter().zip(&results[f.results().len()..]) {
        arrays.compare(&format!("tout{position}"), tangent)?;
    }

    let cotangents = arrays.like("ctout", f, f.results(), differentiable);
    let backward = vjp_function(f).map_err(|e| e.to_string())?;
    let results = run(&backward, &[&inputs[..], &cotangents].concat())?;
    let parameters = positions(f.params(), differentiable);
    for (position, cotangent) in parameters.iter().zip(&results[f.results().len()..]) {
        arrays.compare(&format!("ctin{position}"), cotangent)?;
    }

    if arrays.0.keys().any(|name| name.starts_with("hin")) {
        let dtype = f.shape(f.results()[0]).dtype;
        let number = |x: f64| HostTensor::full(dtype, &[], x).unwrap();
        let second = jvp_function(&backward).map_err(|e| e.to_string())?;
        let results = run(&second, &[&inputs[..], &[number(1.0)], &tangents, &[number(0.0)]].concat())?;
        // The value, the gradient, the tangent of the value, then that of the gradient.
        for (position, product) in parameters.iter().zip(&results[1 + parameters.len() + 1..]) {
            arrays.compare(&format!("hin{position}"), product)?;
        }
    }
    Ok(())
}

fn run(f: &Function, inputs: &[HostTensor]) -> Result<Vec<HostTensor>, String> {
    evaluate(&Module::new(f.clone()), inputs).map_err(|e| e.to_string())
}

fn positions(values: &[ValueId], keep: impl Fn(ValueId) -> bool) -> Vec<usize> {
    (0..values.len()).filter(|&i| keep(values[i])).collect()
}

/// The arrays of one function.
struct Arrays(BTreeMap<String, Array>);

impl Arrays {
    /// The arrays of a prefix, by the positions of the values kept, as tensors of the values' element types.
    fn like(&self, prefix: &str, f: &Function, values: &[ValueId], keep: impl Fn(ValueId) -> bool) -> Vec<HostTensor> {
        let tensor = |i: usize| self.0[&format!("{prefix}{i}")].to_tensor(f.shape(values[i]).dtype);
        positions(values, keep).into_iter().map(tensor).collect()
    }

    fn compare(&self, name: &str, got: &HostTensor) -> Result<(), String> {
        let want = self.0.get(name).ok_or_else(|| format!("no array {name}"))?;
        let tolerance = match got.dtype() {
            DType::F64 => 1e-9,
            DType::F32 => 1e-5,
            DType::F16 | DType::BF16 => 3e-2,
            _ => 0.0,
        };
        let distance = want.distance(got);
        // A NaN distance fails too.
        if distance <= tolerance {
            return Ok(());
        }
        Err(format!("{name} is off by {distance:.1e} of its norm: {got:?}, JAX has {:?}", &want.elements[..want.elements.len().min(8)]))
    }
}
