// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares random graphs on a backend with the evaluator. Prints each graph that differs, reduced to a minimal form.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use gomlx_tests::random::{self, Tally};

#[derive(Parser)]
#[command(name = "cargo xtask differential", about = "Compares random graphs on a backend with the evaluator")]
struct Args {
    /// Backend: jit, pjrt or another name that gomlx accepts.
    #[arg(long, default_value = "jit")]
    backend: String,
    /// How many graphs.
    #[arg(long, default_value_t = 1000)]
    count: usize,
    /// The seed of the first graph. The following graphs use the following seeds.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The maximum number of instructions in a graph.
    #[arg(long, default_value_t = 40)]
    size: usize,
    /// Use only ops that do not round. Their results must be equal.
    #[arg(long)]
    exact: bool,
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let args = Args::parse();
    let backend = gomlx::backend::named(&args.backend)?;
    let start = Instant::now();
    let mode = if args.exact { random::Mode::Exact } else { random::Mode::Rounded };
    let mut tally = Tally::default();
    for seed in args.seed..args.seed.saturating_add(args.count as u64) {
        let one = random::run(&*backend, mode, seed, 1, args.size);
        for failure in &one.failures {
            println!("{failure}");
        }
        tally.add(one);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{} graphs on {} in {seconds:.1} s: {} differ, {} have an op that is not supported",
        tally.compared,
        backend.name(),
        tally.failures.len(),
        tally.refused
    );
    Ok(if tally.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
