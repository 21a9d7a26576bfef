// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The project's own test modules on every backend; StableHLO's are a task of their own,
//! `cargo xtask conformance stablehlo`.

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
