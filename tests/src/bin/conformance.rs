// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs test modules on one backend. Prints each failed module with the reason, and how many passed.

#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, ValueEnum};
use gomlx_ir::Backend;
use gomlx_tests::transforms::Check;
use gomlx_tests::{conformance, jax, numerics, transforms, vectors};
use regex::Regex;

#[derive(Clone, Copy, ValueEnum)]
enum Suite {
    /// Modules that compare their results with the results of XLA.
    Stablehlo,
    /// Functions with the values and derivatives that JAX computed for them.
    Transforms,
    /// Numeric functions with their values and derivatives in NumPy, JAX, SciPy and PyTorch.
    Numerics,
    /// Programs that JAX exported, with its results.
    Jax,
}

#[derive(Parser)]
#[command(name = "cargo xtask conformance", about = "Runs test modules on one backend")]
struct Args {
    /// The suite to run.
    #[arg(value_enum)]
    suite: Suite,
    /// A directory of modules, in place of the directory beside the project.
    directory: Option<PathBuf>,
    /// Backend: jit, eval, pjrt or another name that gomlx accepts.
    #[arg(long, default_value = "jit")]
    backend: String,
    /// Run only modules whose file name matches this regular expression.
    #[arg(long)]
    filter: Option<Regex>,
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let args = Args::parse();
    let backend = gomlx::backend::named(&args.backend)?;
    let start = Instant::now();
    let Outcome { what, passed, failures, skipped } = match args.suite {
        Suite::Stablehlo => stablehlo(&args, &*backend)?,
        Suite::Transforms => transforms(&args, &*backend)?,
        Suite::Numerics => numerics(&args, &*backend)?,
        Suite::Jax => jax(&args, &*backend)?,
    };
    for (name, reason) in &failures {
        println!("{name}: {reason}");
    }
    for (name, reason) in &skipped {
        println!("skipped: {name}: {reason}");
    }
    println!("{what} on {} in {:.1} s", backend.name(), start.elapsed().as_secs_f64());
    println!("{passed} passed, {} failed, {} skipped", failures.len(), skipped.len());
    Ok(if failures.is_empty() && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The outcome of a suite.
struct Outcome {
    /// How many of which checks ran.
    what: String,
    passed: usize,
    /// The name and reason of each failed check.
    failures: Vec<(String, String)>,
    /// The name and reason of each check that did not run.
    skipped: Vec<(String, String)>,
}

impl Outcome {
    fn of(what: String, passed: usize, failures: Vec<(String, String)>) -> Outcome {
        Outcome { what, passed, failures, skipped: vec![] }
    }

    fn of_checks(what: &str, checks: Vec<Check>) -> Outcome {
        let count = checks.len();
        let failures: Vec<_> = checks.into_iter().filter_map(|check| Some((check.name, check.failure?))).collect();
        Outcome::of(format!("{count} {what}"), count - failures.len(), failures)
    }
}

fn stablehlo(args: &Args, backend: &dyn Backend) -> Result<Outcome, String> {
    let directory = args.directory.clone().or_else(conformance::directory).unwrap_or_else(|| {
        println!("there is no ../shared/conformance/stablehlo: the project's own modules run");
        conformance::own_directory()
    });
    let mut paths = conformance::files(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
    if let Some(filter) = &args.filter {
        paths.retain(|path| path.file_name().is_some_and(|name| filter.is_match(&name.to_string_lossy())));
    }
    let outcome = conformance::run(&paths, backend);
    let failures = outcome.failures.into_iter().map(|f| (f.name, f.reason.to_string())).collect();
    Ok(Outcome::of(format!("{} modules", paths.len()), outcome.passed, failures))
}

fn numerics(args: &Args, backend: &dyn Backend) -> Result<Outcome, String> {
    let directory =
        args.directory.clone().or_else(numerics::directory).ok_or("there is no ../shared/conformance/numerics: name a directory")?;
    let chosen = |name: &str| args.filter.as_ref().is_none_or(|filter| filter.is_match(name));
    let mut skipped = vec![];
    let mut checks = numerics::run(&directory, backend, &chosen)?;
    checks.retain(|check| match numerics::skipped(&check.name) {
        Some(reason) => {
            skipped.push((check.name.clone(), reason.to_owned()));
            false
        }
        None => true,
    });
    Ok(Outcome { skipped, ..Outcome::of_checks("checks", checks) })
}

fn jax(args: &Args, backend: &dyn Backend) -> Result<Outcome, String> {
    let directory = args.directory.clone().or_else(jax::directory).ok_or("there is no ../shared/conformance/jax: name a directory")?;
    let chosen = |name: &str| args.filter.as_ref().is_none_or(|filter| filter.is_match(name));
    let outcome = jax::run(&directory, backend, &chosen)?;
    Ok(Outcome { skipped: outcome.skipped, ..Outcome::of_checks("programs", outcome.checks) })
}

fn transforms(args: &Args, backend: &dyn Backend) -> Result<Outcome, String> {
    let directory =
        args.directory.clone().or_else(vectors::directory).ok_or("there is no ../shared/conformance/transforms: name a directory")?;
    let mut names = transforms::functions(&directory).map_err(|e| format!("{}: {e}", directory.display()))?;
    names.retain(|name| args.filter.as_ref().is_none_or(|filter| filter.is_match(name)));
    let (mut passed, mut failures) = (0, vec![]);
    for name in &names {
        // A panic in one function must not stop the others.
        let checks = catch_unwind(AssertUnwindSafe(|| transforms::check(&directory, name, backend)));
        let panicked = |_| vec![Check { name: name.clone(), failure: Some("panicked, as the standard error says".to_owned()) }];
        for check in checks.unwrap_or_else(panicked) {
            match check.failure {
                None => passed += 1,
                Some(reason) => failures.push((check.name, reason)),
            }
        }
    }
    Ok(Outcome::of(format!("{} functions", names.len()), passed, failures))
}
