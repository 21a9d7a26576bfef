// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs a set of reference data on one backend; the last line says how many checks passed and failed.
//!
//! Run it by `cargo xtask conformance`.

#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use gomlx_tests::transforms::{self, Check};

#[derive(Parser)]
#[command(about = "Runs a set of reference data on one backend")]
struct Args {
    #[command(subcommand)]
    set: Set,
}

#[derive(Subcommand)]
enum Set {
    /// Functions with the values and derivatives that JAX computed of them.
    Transforms(Transforms),
}

#[derive(clap::Args)]
struct Transforms {
    /// Backend: jit, pjrt or eval, or what else gomlx takes.
    #[arg(long, default_value = "jit")]
    backend: String,
    /// Only functions whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// The directory of the functions.
    directory: PathBuf,
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let Set::Transforms(args) = Args::parse().set;
    let backend = gomlx::backend::named(&args.backend)?;
    let (mut passed, mut failed) = (0, 0);
    for name in transforms::functions(&args.directory)? {
        if args.only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        // A panic in one function must not cost the others.
        let checks = catch_unwind(AssertUnwindSafe(|| transforms::check(&args.directory, &name, &*backend)));
        let checks = checks.unwrap_or_else(|_| {
            let failure = Some("panicked, as the standard error says".to_owned());
            vec![Check { name: name.clone(), failure }]
        });
        for check in checks {
            match check.failure {
                None => passed += 1,
                Some(failure) => {
                    failed += 1;
                    println!("{}: {failure}", check.name);
                }
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
