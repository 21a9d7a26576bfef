// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Feeds damaged texts to the parser for a while and watches how much memory it allocates.

#![forbid(unsafe_code)]

use std::alloc::System;
use std::process::ExitCode;
use std::time::Duration;

use cap::Cap;
use clap::Parser;
use gomlx_tests::{conformance, fuzz};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// The memory allowed in addition to a thousand times the text: a splat constant may take a gigabyte, and be copied.
const LIMIT: usize = 5 << 29;

/// The longest text of the corpus, in bytes. Longer texts are mostly the digits of constants.
const LONGEST: u64 = 16 << 10;

#[derive(Parser)]
#[command(name = "cargo xtask fuzz", about = "Feeds damaged texts to the parser")]
struct Args {
    /// How many seconds to run.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The seed of the damages. Use another seed for each run.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let args = Args::parse();
    let mut corpus = vec![];
    for directory in conformance::directory().into_iter().chain([conformance::own_directory()]) {
        for path in conformance::files(&directory)? {
            if path.metadata()?.len() <= LONGEST {
                corpus.push(std::fs::read_to_string(path)?);
            }
        }
    }
    // `peak` never falls, which finds the first text that raises it above the limit.
    let before = ALLOCATOR.allocated();
    let peak = || ALLOCATOR.max_allocated().saturating_sub(before);
    let outcome = fuzz::run(&corpus, args.seed, Duration::from_secs(args.seconds), LIMIT, &peak);
    println!(
        "{} texts made from {}, of which {} were accepted, in {} s; at most {} KiB more allocated",
        outcome.executions,
        corpus.len(),
        outcome.accepted,
        args.seconds,
        peak() >> 10
    );
    let Some((text, wrong)) = outcome.failure else { return Ok(ExitCode::SUCCESS) };
    println!("{text}\n{wrong}");
    Ok(ExitCode::FAILURE)
}
