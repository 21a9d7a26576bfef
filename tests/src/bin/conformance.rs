// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs test modules on one backend: prints each that fails with its reason, and how many passed.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use gomlx_tests::conformance;
use regex::Regex;

#[derive(Clone, Copy, ValueEnum)]
enum Suite {
    /// Modules that compare what they compute with what XLA gave.
    Stablehlo,
}

#[derive(Parser)]
#[command(name = "cargo xtask conformance", about = "Runs test modules on one backend")]
struct Args {
    /// Which modules.
    #[arg(value_enum)]
    suite: Suite,
    /// A directory of modules, instead of the one beside the project.
    directory: Option<PathBuf>,
    /// Backend: jit, eval or pjrt, or what else gomlx takes.
    #[arg(long, default_value = "jit")]
    backend: String,
    /// Only modules whose file name has a match of this regular expression.
    #[arg(long)]
    filter: Option<Regex>,
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let args = Args::parse();
    let Suite::Stablehlo = args.suite;
    let backend = gomlx::backend::named(&args.backend)?;
    let directory = args.directory.or_else(conformance::directory).unwrap_or_else(|| {
        println!("there is no ../shared/conformance/stablehlo: the project's own modules run");
        conformance::own_directory()
    });
    let mut paths = conformance::files(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
    if let Some(filter) = &args.filter {
        paths.retain(|path| path.file_name().is_some_and(|name| filter.is_match(&name.to_string_lossy())));
    }
    let start = Instant::now();
    let outcome = conformance::run(&paths, &*backend);
    for failure in &outcome.failures {
        println!("{}: {}", failure.name, failure.reason);
    }
    println!("{} modules on {} in {:.1} s", paths.len(), backend.name(), start.elapsed().as_secs_f64());
    println!("{} passed, {} failed", outcome.passed, outcome.failures.len());
    Ok(if outcome.failures.is_empty() && outcome.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
