// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The evaluator on StableHLO's own test modules.

use gomlx_ir::eval::EvalBackend;
use gomlx_tests::conformance;

#[test]
fn the_evaluator_gives_what_xla_gave() {
    let Some(directory) = conformance::directory() else { return };
    let mut wrong = vec![];
    let cases = conformance::cases(&directory);
    for case in &cases {
        match case.check(&EvalBackend) {
            Ok(None) => {}
            Ok(Some(difference)) => wrong.push(format!("{}: {difference}", case.name)),
            Err(e) => wrong.push(format!("{}: {e}", case.name)),
        }
    }
    assert!(wrong.is_empty(), "{} of {} are wrong\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
