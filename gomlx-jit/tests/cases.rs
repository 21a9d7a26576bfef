// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs the shared table of cases on the JIT and compares with the evaluator. One and two threads must give the same
//! bits.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use gomlx_files::environment::CASE;
use gomlx_ir::testing::{Case, cases, check};
use gomlx_ir::{Backend, Buffer, HostTensor, eval::evaluate};
use gomlx_jit::{JitBackend, with_threads};

fn run(case: &Case, threads: usize) -> Result<Vec<HostTensor>, String> {
    with_threads(threads, || {
        let executable = JitBackend.compile(&case.module).map_err(|e| e.to_string())?;
        let mut inputs = case.inputs.iter().map(|x| Buffer::Host(Arc::new(x.clone()))).collect();
        let mut outputs = vec![];
        executable.run(&mut inputs, &mut outputs).map_err(|e| e.to_string())?;
        outputs.iter().map(|o| o.to_host().map(|t| HostTensor::clone(&t)).map_err(|e| e.to_string())).collect()
    })
}

fn check_case(case: &Case) -> Result<(), String> {
    let expected = evaluate(&case.module, &case.inputs);
    let got = catch_unwind(AssertUnwindSafe(|| run(case, 1))).unwrap_or_else(|_| Err("panicked".into()));
    match (got, expected) {
        // A backend need not run a case that the evaluator refuses.
        (_, Err(_)) => Ok(()),
        (Err(e), Ok(_)) => Err(e),
        (Ok(got), Ok(expected)) => {
            check(&got, &expected)?;
            let again = run(case, 2)?;
            if again == got { Ok(()) } else { Err("bits differ at two threads".into()) }
        }
    }
}

#[test]
fn every_case_gives_what_the_evaluator_gives() {
    let only = CASE.read(|name| Some(name.to_owned()));
    let failures: Vec<String> = cases()
        .iter()
        .filter(|case| only.as_ref().is_none_or(|name| case.name.contains(name.as_str())))
        .filter_map(|case| check_case(case).err().map(|e| format!("{}: {e}", case.name)))
        .collect();
    assert!(failures.is_empty(), "{} cases fail:\n{}", failures.len(), failures.join("\n"));
}
