// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Parses and prints every module of StableHLO's own tests and every function that JAX printed. The printed text must
//! parse and print to itself again.

use std::path::{Path, PathBuf};

use gomlx_ir::{Module, parse, print};
use gomlx_tests::conformance;

/// Parses the module of a file and checks that its printed text round-trips.
fn round_trip(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let name = path.to_string_lossy();
    let module = parse::test_module(&text, &name).map_err(|e| e.to_string())?.module;
    let printed = print::module(&module);
    let again: Module = parse::module(&printed, "printed").map_err(|e| format!("{e}\n{printed}"))?;
    if print::module(&again) == printed { Ok(()) } else { Err(format!("another text the second time:\n{}", print::module(&again))) }
}

fn check(paths: &[PathBuf]) {
    let wrong: Vec<String> = paths.iter().filter_map(|path| round_trip(path).err().map(|e| format!("{}: {e}", path.display()))).collect();
    assert!(wrong.is_empty(), "{} of {} are wrong\n{}", wrong.len(), paths.len(), wrong.join("\n"));
}

#[test]
fn modules_of_others_round_trip() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance");
    for directory in ["stablehlo", "transforms"] {
        let directory = root.join(directory);
        if directory.is_dir() {
            check(&conformance::files(&directory).expect("the directory is readable"));
        }
    }
}

#[test]
fn own_modules_round_trip() {
    check(&conformance::files(&conformance::own_directory()).expect("the directory is readable"));
}
