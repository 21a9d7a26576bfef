// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Measures the performance table on one backend and prints a JSON line for each workload.
//!
//! Run it with `cargo xtask bench`, which builds it in release mode and binds it to as many processors as it gets
//! threads.

#![forbid(unsafe_code)]

use std::fs::File;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Parser;
use gomlx_files::environment::THREADS;
use gomlx_tests::bench::calls::prepare;
use gomlx_tests::bench::measure::{SPAN, Times, measure};
use gomlx_tests::bench::report::{failed, measured};
use gomlx_tests::bench::workload::{Workload, table};
use regex::Regex;
use serde_json::{Map, Value, json};

#[derive(Parser)]
#[command(about = "Measures the performance table on one backend, a JSON line for each workload")]
struct Args {
    /// Backend: jit, pjrt, eval or another name that gomlx accepts.
    #[arg(long, default_value = "jit")]
    backend: String,
    /// How many threads the backend may use.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Groups of workloads, separated by commas: matmul, elem, ops, conv, latency, control, train, infer.
    #[arg(long, value_delimiter = ',')]
    group: Vec<String>,
    /// Measure only workloads whose name matches this regular expression.
    #[arg(long)]
    only: Option<Regex>,
    /// A file that receives the lines in addition to the standard output.
    #[arg(long)]
    json: Option<PathBuf>,
    /// How many milliseconds each workload is measured for.
    #[arg(long, default_value_t = SPAN.as_millis() as u64)]
    span: u64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args = Args::parse();
    if THREADS.read(|n| n.parse().ok()) != Some(args.threads) {
        return Err(format!("{1} is not {0}: run `cargo xtask bench --threads {0}`, which sets it", args.threads, THREADS.name).into());
    }
    gomlx::set_backend(&args.backend)?;
    let framework = format!("gomlx-{}", args.backend.split(':').next().unwrap_or_default());
    let mut file = args.json.as_ref().map(File::create).transpose()?;
    for workload in table().iter().filter(|w| selected(&args, w)) {
        // A panic in one workload must not stop the others.
        let result = catch_unwind(AssertUnwindSafe(|| run(workload, Duration::from_millis(args.span))));
        let line = match &result {
            Ok(Ok((times, extra))) => measured(workload, &framework, args.threads, times, extra.clone()),
            Ok(Err(error)) => failed(workload, &framework, args.threads, error),
            Err(_) => failed(workload, &framework, args.threads, "panicked, as the standard error says"),
        };
        let line = serde_json::to_string(&line)?;
        println!("{line}");
        if let Some(file) = &mut file {
            writeln!(file, "{line}")?;
        }
    }
    Ok(())
}

fn selected(args: &Args, workload: &Workload) -> bool {
    let in_group = args.group.is_empty() || args.group.iter().any(|g| g == workload.group);
    in_group && args.only.as_ref().is_none_or(|only| only.is_match(&workload.name))
}

/// Measures a workload. `compile_ms` is the extra time of a run that has to trace and compile again, compared with the
/// fastest run. Memory and all other state are then as warm as in the other runs.
fn run(workload: &Workload, span: Duration) -> gomlx::Result<(Times, Map<String, Value>)> {
    let mut run = prepare(workload.kind)?;
    let times = measure(span, &mut run.once)?;
    run.memo.clear();
    let anew = Instant::now();
    (run.once)()?;
    let compile_us = anew.elapsed().as_secs_f64() * 1e6 - times.min();
    let extra = Map::from_iter([("compile_ms".to_owned(), json!((compile_us / 10.0).round() / 100.0))]);
    Ok((times.per_call(run.calls), extra))
}
