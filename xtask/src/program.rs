// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask conformance`, `run`, `differential` and `fuzz`: runs programs of the tests package. They run in the
//! directory of the caller, so paths in their arguments keep their meaning.

use anyhow::Result;

use crate::process;

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Arguments for the program. `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs one of the programs.
pub(crate) fn run(program: &str, args: &Args) -> Result<()> {
    let mut cargo = process::cargo()?;
    let manifest = process::root()?.join("Cargo.toml");
    cargo.current_dir(std::env::current_dir()?);
    cargo.args(["run", "--quiet", "--package", "gomlx-tests", "--bin", program]).arg("--manifest-path").arg(manifest);
    process::run(cargo.arg("--").args(&args.arguments))
}
