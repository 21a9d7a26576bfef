// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask conformance`: builds the program that runs reference data on a backend, and runs it.

use anyhow::Result;

use crate::process;

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Arguments for the program; `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    conformance: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let mut command = process::cargo()?;
    command.args(["run", "--quiet", "--package", "gomlx-tests", "--bin", "conformance", "--"]);
    process::run(command.args(&args.conformance))
}
