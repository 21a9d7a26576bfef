// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask bench`: builds the benchmark program in release mode and runs it.
//!
//! If `taskset` exists, a run with N threads is bound to N processors, like the measurements of other frameworks: a
//! PJRT plugin takes its thread count from the processors that it sees.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::process;

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// Arguments for the benchmark program. `--help` lists them.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    bench: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let program = ["--release", "--package", "gomlx-tests", "--bin", "bench"];
    process::run(process::cargo()?.arg("build").args(program))?;

    // If the value is missing or malformed, the program reports that.
    let threads: usize = threads(&args.bench).and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut bench = bound_to(threads)?;
    bench.arg("run").arg("--quiet").args(program).arg("--").args(&args.bench);
    bench.env(gomlx_files::environment::THREADS.name, threads.to_string());
    if threads == 1 {
        bench.env("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false");
    }
    process::run(&mut bench)
}

/// The value of the argument `--threads`.
fn threads(args: &[String]) -> Option<&str> {
    let at = args.iter().position(|arg| arg.starts_with("--threads"))?;
    match args[at].strip_prefix("--threads=") {
        Some(value) => Some(value),
        None => args.get(at + 1).map(String::as_str),
    }
}

/// A cargo command, bound to the first `threads` processors if `taskset` exists.
fn bound_to(threads: usize) -> Result<Command> {
    let cargo = process::cargo()?;
    let taskset = Command::new("taskset").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !taskset.is_ok_and(|status| status.success()) {
        return Ok(cargo);
    }
    let mut bound = Command::new("taskset");
    bound.arg("--cpu-list").arg(format!("0-{}", threads.max(1) - 1)).arg(cargo.get_program()).current_dir(process::root()?);
    Ok(bound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_thread_count() {
        let args = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(threads(&args("--only x --threads 2 --json f")), Some("2"));
        assert_eq!(threads(&args("--threads=4")), Some("4"));
        assert_eq!(threads(&args("--only x")), None);
    }
}
