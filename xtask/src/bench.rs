// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `cargo xtask bench`: builds the benchmark program for release and runs it.
//!
//! The program is `bench` of the tests package. At N threads it is bound to N processors where
//! `taskset` is there, as the measurements of other frameworks are: the PJRT plugin takes its
//! thread count from the processors it sees.

use std::process::{Command, Stdio};

use anyhow::Result;
use clap::ValueEnum;

use crate::process;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The backend to measure.
    #[arg(long, default_value = "jit")]
    backend: Backend,
    /// How many threads may work.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    threads: u32,
    /// Only the workloads of these groups (matmul, elem, ops, conv, latency, control, train, infer), comma-separated.
    #[arg(long)]
    group: Option<String>,
    /// Only the workloads whose name this regular expression finds.
    #[arg(long)]
    only: Option<String>,
    /// Also write the lines to this file.
    #[arg(long)]
    json: Option<std::path::PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Backend {
    Jit,
    Pjrt,
}

impl Backend {
    fn name(self) -> &'static str {
        match self {
            Self::Jit => "jit",
            Self::Pjrt => "pjrt",
        }
    }
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let package = ["--release", "--package", "gomlx-tests", "--bin", "bench"];
    process::run(process::cargo()?.arg("build").args(package))?;

    let mut bench = bound_to(args.threads)?;
    bench.arg("run").arg("--quiet").args(package).arg("--");
    bench.args(["--backend", args.backend.name(), "--threads", &args.threads.to_string()]);
    for (option, value) in [("--group", &args.group), ("--only", &args.only)] {
        if let Some(value) = value {
            bench.args([option, value]);
        }
    }
    if let Some(file) = &args.json {
        bench.arg("--json").arg(std::path::absolute(file)?);
    }
    process::run(&mut bench)
}

/// Cargo, bound to the first `threads` processors where that is possible.
fn bound_to(threads: u32) -> Result<Command> {
    let cargo = process::cargo()?;
    let bindable = Command::new("taskset").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !bindable.is_ok_and(|status| status.success()) {
        return Ok(cargo);
    }
    let mut bound = Command::new("taskset");
    bound.args(["--cpu-list", &format!("0-{}", threads - 1)]).arg(cargo.get_program());
    bound.current_dir(process::root()?);
    if threads == 1 {
        bound.env("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false");
    }
    Ok(bound)
}
