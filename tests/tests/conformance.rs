// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs the project's own test modules on every backend. `cargo xtask conformance stablehlo` runs StableHLO's own
//! modules.

use gomlx_ir::Backend;
use gomlx_ir::eval::EvalBackend;
use gomlx_tests::conformance;

fn run_all(backend: &dyn Backend) {
    let paths = conformance::files(&conformance::own_directory()).expect("the directory is readable");
    let outcome = conformance::run(&paths, backend);
    let failed: Vec<String> = outcome.failures.iter().map(|f| format!("{}: {}", f.name, f.reason)).collect();
    assert!(failed.is_empty(), "{} of {} fail on {}:\n{}", failed.len(), paths.len(), backend.name(), failed.join("\n"));
    assert!(outcome.passed > 0);
}

#[test]
fn own_modules_pass_on_eval() {
    run_all(&EvalBackend);
}

#[test]
fn own_modules_pass_on_jit() {
    run_all(&gomlx_jit::JitBackend);
}

#[test]
fn own_modules_pass_on_pjrt() {
    let Some(backend) = gomlx_pjrt::testing::backend_or_skip("own_modules_pass_on_pjrt") else { return };
    run_all(backend.as_ref());
}

/// Ops that the project's modules test, because StableHLO's modules do not.
const OWN: &[&str] = &[
    "if",
    "case",
    "while",
    "batch_norm_training",
    "batch_norm_inference",
    "batch_norm_grad",
    "cholesky",
    "triangular_solve",
    "logistic",
    "tan",
    "composite",
    "rng",
    "rng_bit_generator",
    "dynamic_broadcast_in_dim",
    "dynamic_reshape",
    "dynamic_iota",
    "dynamic_pad",
    "dynamic_conv",
    "dynamic_gather",
    "real_dynamic_slice",
    "get_dimension_size",
    "set_dimension_size",
    "optimization_barrier",
    "all_reduce",
    "all_gather",
    "all_to_all",
    "reduce_scatter",
    "collective_permute",
    "collective_broadcast",
    "partition_id",
    "replica_id",
    "tuple",
    "get_tuple_element",
    "after_all",
    "create_token",
];

fn own_texts() -> Vec<(String, String)> {
    let paths = conformance::files(&conformance::own_directory()).expect("the directory is readable");
    let text = |path: &std::path::PathBuf| std::fs::read_to_string(path).expect("the file is readable");
    paths.iter().map(|path| (path.display().to_string(), text(path))).collect()
}

#[test]
fn every_op_without_a_module_of_others_has_one() {
    let all: String = own_texts().into_iter().map(|(_, text)| text).collect();
    let word = |op: &&&str| !all.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').any(|w| w == format!("stablehlo.{op}"));
    let missing: Vec<&&str> = OWN.iter().filter(word).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn agree(backend: &dyn Backend) {
    let texts = own_texts();
    let compare =
        |(name, text): &(String, String)| conformance::compare(text, name, [&EvalBackend, backend]).err().map(|e| format!("{name}: {e}"));
    let failed: Vec<String> = texts.iter().filter_map(compare).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn own_modules_give_the_same_on_eval_and_jit() {
    agree(&gomlx_jit::JitBackend);
}

#[test]
fn own_modules_give_the_same_on_eval_and_pjrt() {
    let Some(backend) = gomlx_pjrt::testing::backend_or_skip("own_modules_give_the_same_on_eval_and_pjrt") else { return };
    agree(backend.as_ref());
}
