// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares the transforms with JAX on the evaluator. `cargo xtask conformance transforms` does the same on the other
//! backends.

use gomlx_ir::eval::EvalBackend;
use gomlx_tests::transforms::{check, functions};
use gomlx_tests::vectors::directory_or_skip;

#[test]
fn transforms_agree_with_jax() {
    let Some(directory) = directory_or_skip("transforms_agree_with_jax") else { return };
    let names = functions(&directory).unwrap();
    let checks: Vec<_> = names.iter().flat_map(|name| check(&directory, name, &EvalBackend)).collect();
    let failed: Vec<String> = checks.iter().filter_map(|c| Some(format!("{}: {}", c.name, c.failure.as_ref()?))).collect();
    println!("{} checks of {} functions pass", checks.len() - failed.len(), names.len());
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), checks.len(), failed.join("\n"));
}
