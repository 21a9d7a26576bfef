// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parses StableHLO's own test modules and functions that JAX printed. What fails
//! may only fail for an op that is not in the set yet.

use std::path::Path;

use gomlx_ir::{Code, parse, print};

/// How many of the files parse: it only grows.
const PARSED: usize = 1866;

#[test]
fn modules_of_others_parse() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance");
    if !root.exists() {
        return;
    }
    let mut parsed = 0;
    for directory in ["stablehlo", "transforms"] {
        for entry in std::fs::read_dir(root.join(directory)).expect("the directory is readable") {
            let path = entry.expect("the directory is readable").path();
            if path.extension().is_none_or(|e| e != "mlir") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("the file is readable");
            // The check of the result is a custom call, which graphs have none of.
            let text: String = text.split_inclusive('\n').filter(|line| !line.contains("@check.expect")).collect();
            match parse::module(&text, &path.to_string_lossy()) {
                Ok(module) => {
                    parsed += 1;
                    if parsed % 8 == 0 {
                        let printed = print::module(&module);
                        let again = parse::module(&printed, "printed").unwrap_or_else(|e| panic!("{e}\n{printed}"));
                        assert_eq!(print::module(&again), printed);
                    }
                }
                Err(e) => assert!(e.code == Code::Unsupported && e.message.starts_with("op "), "{e}"),
            }
        }
    }
    assert!(parsed >= PARSED, "{parsed} files parse, {PARSED} did before");
}
