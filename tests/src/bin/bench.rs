// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Measures the workloads of the performance table; `cargo xtask bench` builds and runs it.

#![forbid(unsafe_code)]

use std::{
    fs::File,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::{Parser, ValueEnum};
use gomlx_tests::bench::{
    calls::{self, Call},
    measure::{SPAN, measure},
    report,
    workload::{Workload, table},
};
use regex::Regex;
use serde_json::{Map, json};

/// Measures the workloads of the performance table; prints one JSON line for each.
#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Options {
    /// The backend to measure.
    #[arg(long, default_value = "jit")]
    backend: Backend,
    /// How many threads may work.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    threads: u32,
    /// Only these groups: matmul, elem, ops, conv, latency, control, train, infer.
    #[arg(long, value_delimiter = ',')]
    group: Vec<String>,
    /// Only the workloads whose name this regular expression finds.
    #[arg(long)]
    only: Option<Regex>,
    /// Also write the lines to this file.
    #[arg(long)]
    json: Option<PathBuf>,
    /// How many seconds each workload is measured for.
    #[arg(long, default_value_t = SPAN.as_secs_f64())]
    seconds: f64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Backend {
    Jit,
    Pjrt,
}

fn main() -> ExitCode {
    match bench(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let (backend, framework) = match options.backend {
        Backend::Jit => ("jit", "gomlx-jit"),
        Backend::Pjrt => ("pjrt:cpu", "gomlx-pjrt"),
    };
    gomlx::set_backend(backend)?;
    let span = Duration::try_from_secs_f64(options.seconds)?;
    let threads = options.threads as usize;
    let mut file = options.json.as_ref().map(File::create).transpose()?;

    let wanted = |w: &Workload| {
        (options.group.is_empty() || options.group.iter().any(|g| g == w.group))
            && options.only.as_ref().is_none_or(|only| only.is_match(&w.name))
    };
    for workload in table().iter().filter(|w| wanted(w)) {
        let result = match calls::prepare(workload.kind) {
            Ok(Some(call)) => run(call, span),
            Ok(None) => {
                eprintln!("{}: no such operation yet", workload.name);
                continue;
            }
            Err(error) => Err(error),
        };
        let line = match result {
            Ok((times, extra)) => report::measured(workload, framework, threads, &times, extra),
            Err(error) => report::failed(workload, framework, threads, error),
        };
        let line = serde_json::to_string(&line)?;
        writeln!(io::stdout(), "{line}")?;
        if let Some(file) = &mut file {
            writeln!(file, "{line}")?;
        }
    }
    Ok(())
}

type Extra = Map<String, serde_json::Value>;

/// The times of a call, and how long the first took: tracing, compiling and running.
fn run(mut call: Call, span: Duration) -> gomlx::Result<(gomlx_tests::bench::measure::Times, Extra)> {
    let first = Instant::now();
    (call.run)()?;
    let first_ms = (first.elapsed().as_secs_f64() * 1e4).round() / 10.0;
    let per_run = call.per_run;
    let times = measure(span, || (0..per_run).try_for_each(|_| (call.run)()))?;
    Ok((times.per_call(per_run), Map::from_iter([("first_call_ms".to_owned(), json!(first_ms))])))
}
