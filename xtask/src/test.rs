// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask test`: runs every test of the workspace, with the PJRT plugin that some of them need.
//!
//! A test that cannot run (for lack of a plugin) appends a line `NAME: REASON` to the file that `GOMLX_SKIPPED_FILE`
//! names, and returns. The last lines of the output list these names.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::{ExitCode, Stdio},
};

use anyhow::{Context as _, Result, bail};
use gomlx_files::environment::{PJRT_NAMES, PJRT_PATH, REQUIRE_PJRT, SKIPPED_FILE};

use crate::{plugin, process, tally::Tally};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Arguments for `cargo test`, such as `-p gomlx-jit NAME`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    cargo: Vec<String>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    match test(args) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the tests and returns whether all passed. The last line on stdout holds the counts.
///
/// # Errors
/// If `GOMLX_REQUIRE_PJRT` is 1 and there is no CPU plugin; if cargo cannot be started.
fn test(args: &Args) -> Result<bool> {
    if let Err(error) = plugin::install_cpu() {
        let another = PJRT_NAMES.os().or(PJRT_PATH.os()).is_some();
        if !another && REQUIRE_PJRT.is_on() {
            bail!("{}=1, but {error:#}; to use another plugin, set {} to its file", REQUIRE_PJRT.name, PJRT_PATH.name);
        }
        eprintln!("warning: the PJRT tests use another CPU plugin if one is installed, and else are skipped: {error:#}");
    }

    let skipped = tempfile::NamedTempFile::new()?;
    let mut cargo = process::cargo()?;
    cargo.args(["test", "--no-fail-fast"]);
    if !args.cargo.iter().any(|arg| arg == "-p" || arg.starts_with("--package")) {
        cargo.arg("--workspace");
    }
    cargo.args(&args.cargo).env(SKIPPED_FILE.name, skipped.path()).stdout(Stdio::piped());
    let mut child = cargo.spawn().context("cannot start cargo test")?;

    let mut tally = Tally::default();
    let mut output = BufReader::new(child.stdout.take().context("cargo test has no output")?);
    let (mut line, mut stdout) = (Vec::new(), std::io::stdout());
    while output.read_until(b'\n', &mut line)? > 0 {
        stdout.write_all(&line)?;
        tally.line(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    let status = child.wait()?;

    tally.skipped(&fs::read_to_string(skipped.path())?);
    if !status.success() && tally.ok() {
        eprintln!("error: cargo test failed without a failed test ({status}): a build error, or a test program that ended early");
    }
    println!("{}", tally.closing());
    Ok(status.success())
}
