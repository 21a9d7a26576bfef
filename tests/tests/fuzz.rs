// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parses damaged texts for a few seconds. `cargo xtask fuzz --seconds N` runs longer, and measures memory.

use std::time::Duration;

use gomlx_tests::{conformance, fuzz};

#[test]
fn damaged_texts_do_not_break_the_parser() {
    let mut corpus = vec![];
    for path in conformance::files(&conformance::own_directory()).expect("the directory is readable") {
        corpus.push(std::fs::read_to_string(path).expect("the file is readable"));
    }
    let outcome = fuzz::run(&corpus, 1, Duration::from_secs(3), usize::MAX / 2, &|| 0);
    if let Some((text, wrong)) = outcome.failure {
        panic!("{wrong}\n{text}");
    }
    assert!(outcome.executions > 100 && outcome.accepted > 0, "{} of {}", outcome.accepted, outcome.executions);
}
