// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The numeric functions of gomlx against reference vectors, on the evaluator and the jit. `cargo xtask conformance
//! numerics` does the same on any backend.

use gomlx_files::skip::skipped;
use gomlx_ir::Backend;
use gomlx_ir::eval::EvalBackend;
use gomlx_jit::JitBackend;
use gomlx_tests::numerics;

fn agrees(test: &str, backend: &dyn Backend) {
    let Some(directory) = numerics::directory() else {
        skipped(test, "there is no ../shared/conformance/numerics");
        return;
    };
    let checks = numerics::run(&directory, backend, &|_| true).unwrap();
    let count = checks.len();
    let failed = checks.into_iter().filter(|check| numerics::skipped(&check.name).is_none());
    let failed: Vec<(String, String)> = failed.filter_map(|check| Some((check.name, check.failure?))).collect();
    let missing = |reason: &str| reason.starts_with("gomlx has no function");
    let wrong: Vec<_> = failed.iter().filter(|(_, reason)| !missing(reason)).collect();
    assert!(wrong.is_empty(), "{} of {count} checks fail:\n{wrong:#?}", wrong.len());
    let mut absent: Vec<&str> = failed.iter().filter(|(_, reason)| missing(reason)).map(|(_, reason)| reason.as_str()).collect();
    absent.dedup();
    absent.sort_unstable();
    absent.dedup();
    assert!(absent.is_empty(), "{absent:#?}");
}

#[test]
fn eval_agrees_with_the_vectors() {
    agrees("eval_agrees_with_the_vectors", &EvalBackend);
}

#[test]
fn jit_agrees_with_the_vectors() {
    agrees("jit_agrees_with_the_vectors", &JitBackend);
}
