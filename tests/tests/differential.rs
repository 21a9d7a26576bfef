// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs every case of the shared table on every backend and compares with the evaluator.

use std::sync::{Arc, Mutex};

use gomlx_ir::testing::{Case, cases, check, merged};
use gomlx_ir::{Backend, Buffer, HostTensor, eval};

/// How many cases are compiled as one module. Compilation takes most of the time.
const BATCH: usize = 24;

fn results(backend: &dyn Backend, case: &Case) -> Result<Vec<HostTensor>, String> {
    let executable = backend.compile(&case.module).map_err(|e| format!("compile: {e}"))?;
    let upload = |input: &HostTensor| backend.upload(&Arc::new(input.clone()));
    let mut inputs: Vec<Buffer> = case.inputs.iter().map(upload).collect::<Result<_, _>>().map_err(|e| format!("upload: {e}"))?;
    let mut outputs = vec![];
    executable.run(&mut inputs, &mut outputs).map_err(|e| format!("run: {e}"))?;
    let download = |output: &Buffer| output.to_host().map(|t| HostTensor::clone(&t)).map_err(|e| format!("download: {e}"));
    outputs.iter().map(download).collect()
}

fn run(backend: &dyn Backend, case: &Case) -> Result<(), String> {
    let expected = eval::evaluate(&case.module, &case.inputs).map_err(|e| format!("eval: {e}"))?;
    check(&results(backend, case)?, &expected)
}

/// The failures of a batch, one for each case that fails when it runs alone.
fn failures(backend: &dyn Backend, batch: &[&Case]) -> Vec<String> {
    let Err(together) = run(backend, &merged(batch)) else { return vec![] };
    let alone: Vec<String> = batch.iter().filter_map(|case| run(backend, case).err().map(|e| format!("{}: {e}", case.name))).collect();
    if alone.is_empty() {
        return vec![format!("{} and {} after it, together but not alone: {together}", batch[0].name, batch.len() - 1)];
    }
    alone
}

/// Runs every case except the ones named in `excepted`, and reports all failures.
fn run_all(backend: &dyn Backend, excepted: &[&str]) {
    let cases = cases();
    let wanted: Vec<&Case> = cases.iter().filter(|case| !excepted.contains(&case.name.as_str())).collect();
    let batches = Mutex::new(wanted.chunks(BATCH));
    let failed = Mutex::new(vec![]);
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = batches.lock().expect("no worker panics with the lock").next();
                    let Some(batch) = next else { return };
                    let failures = failures(backend, batch);
                    failed.lock().expect("no worker panics with the lock").extend(failures);
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no worker panics with the lock");
    assert!(failed.is_empty(), "{} of {} cases fail on {}:\n{}", failed.len(), cases.len(), backend.name(), failed.join("\n"));
}

#[test]
fn pjrt_agrees_with_eval() {
    let Some(backend) = gomlx_pjrt::testing::backend_or_skip("pjrt_agrees_with_eval") else { return };
    let excepted = [
        // XLA simplifies x + 0 to x where x is -0.
        "signed_zeros",
        // Its code for the arc tangent of 67 elements mixes up lanes.
        "atan_f16",
        "atan_bf16",
        "atan_f32",
        "atan_f64",
        // It rounds every sum of 16-bit floats.
        "reduce_long_130_2_70_0_2_bf16",
        "reduce_long_90_31_0_1_bf16",
        "select_and_scatter_often_f16",
        "select_and_scatter_often_bf16",
        "scatter_add_row_often_bf16",
        "scatter_add_row_often_f16",
        // Its code keeps a NaN that its evaluator of constants makes infinite.
        "reduce_precision_bf16_5_0",
        "reduce_precision_f16_5_0",
        "reduce_precision_f32_5_0",
        "reduce_precision_f64_5_0",
        // Its compiler has no code for floating point of six bits.
        "f6E2M3FN_to",
        "f6E2M3FN_moves",
        "f6E2M3FN_from_f32",
        "f6E2M3FN_from_i32",
        "f6E3M2FN_to",
        "f6E3M2FN_moves",
        "f6E3M2FN_from_f32",
        "f6E3M2FN_from_i32",
    ];
    run_all(backend.as_ref(), &excepted);
}
