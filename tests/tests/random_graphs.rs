// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares a few random graphs on each backend with the evaluator. `cargo xtask differential` compares more.

use gomlx_ir::Backend;
use gomlx_tests::random::{self, Mode};

fn compare(backend: &dyn Backend, mode: Mode, seed: u64, count: usize) {
    let tally = random::run(backend, mode, seed, count, 40);
    assert!(tally.failures.is_empty(), "{} of {count} differ on {}:\n{}", tally.failures.len(), backend.name(), tally.failures.join("\n"));
    assert!(tally.compared >= count / 4, "{tally:?}");
}

#[test]
fn jit_computes_random_graphs_as_the_evaluator_does() {
    compare(&gomlx_jit::JitBackend, Mode::Rounded, 0, 150);
}

#[test]
fn jit_gives_the_bits_of_the_evaluator_where_nothing_rounds() {
    compare(&gomlx_jit::JitBackend, Mode::Exact, 0, 150);
}

#[test]
fn pjrt_computes_random_graphs_as_the_evaluator_does() {
    let test = "pjrt_computes_random_graphs_as_the_evaluator_does";
    let Some(backend) = gomlx_pjrt::testing::backend_or_skip(test) else { return };
    compare(backend.as_ref(), Mode::Rounded, 0, 10);
}

#[test]
fn pjrt_gives_the_numbers_of_the_evaluator_where_nothing_rounds() {
    let test = "pjrt_gives_the_numbers_of_the_evaluator_where_nothing_rounds";
    let Some(backend) = gomlx_pjrt::testing::backend_or_skip(test) else { return };
    compare(backend.as_ref(), Mode::Exact, 0, 10);
}
