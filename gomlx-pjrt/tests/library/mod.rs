// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Builds shared libraries for tests.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles Rust source to a shared library that stands in for a plugin.
pub(crate) fn library(dir: &Path, name: &str, source: &str) -> PathBuf {
    let input = dir.join(format!("{name}.rs"));
    let output = dir.join(format!("lib{name}{}", std::env::consts::DLL_SUFFIX));
    std::fs::write(&input, source).unwrap();
    let rustc = Path::new(env!("CARGO")).with_file_name(format!("rustc{}", std::env::consts::EXE_SUFFIX));
    let built = Command::new(rustc).args(["--crate-type", "cdylib", "--edition", "2024", "-o"]).arg(&output).arg(&input).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    output
}
