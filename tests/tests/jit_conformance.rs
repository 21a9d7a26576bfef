// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs StableHLO's own test modules on the JIT. All must pass. The test pins the ops that the reference evaluator
//! runs.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use gomlx_ir::{Backend, Listing, parse};
use gomlx_jit::JitBackend;
use gomlx_tests::conformance;

/// The time limit for the whole set on two cores, which also holds in a build without optimisation.
const LIMIT: Duration = Duration::from_secs(120);

/// Modules with a step that the reference evaluator runs, and the op of that step.
const REFERENCE: &[(&str, &str)] = &[];

#[test]
fn the_jit_gives_what_xla_gave() {
    let Some(directory) = conformance::directory() else { return };
    let paths = conformance::files(&directory).expect("the directory is readable");
    let start = Instant::now();
    let outcome = conformance::run(&paths, &JitBackend);
    let took = start.elapsed();
    let failed: Vec<String> = outcome.failures.iter().map(|f| format!("{}: {}", f.name, f.reason)).collect();
    assert!(failed.is_empty(), "{} of {} fail:\n{}", failed.len(), paths.len(), failed.join("\n"));
    assert!(took < LIMIT, "{} modules took {took:?}", paths.len());
}

#[test]
fn few_modules_need_the_evaluator() {
    let Some(directory) = conformance::directory() else { return };
    let mut found = BTreeSet::new();
    for path in conformance::files(&directory).expect("the directory is readable") {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("the file is readable");
        let module = parse::test_module(&text, &name).unwrap_or_else(|e| panic!("{e}")).module;
        let executable = JitBackend.compile(&module).unwrap_or_else(|e| panic!("{name}: {e}"));
        let listing = executable.listing(Listing::Kernels).expect("the jit lists its kernels");
        let steps = listing.lines().filter_map(|line| line.trim().strip_prefix("reference ")?.split_once(':'));
        found.extend(steps.map(|(op, _)| (name.clone(), op.to_owned())));
    }
    let pinned: BTreeSet<(String, String)> = REFERENCE.iter().map(|&(name, op)| (name.to_owned(), op.to_owned())).collect();
    assert_eq!(found, pinned);
}
