// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Project tasks, run as `cargo xtask TASK`.
//!
//! Each task is a module with a `run` function. It finds the programs that it needs (pip, npm, git) on the `PATH`, and
//! reports a missing one.

#![forbid(unsafe_code)]

mod bench;
mod codegen;
mod data;
mod expansion;
mod fetch;
mod package;
mod plugin;
mod process;
mod program;
mod tally;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::Parser;

/// Tasks of the gomlx workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Install the PJRT CPU plugin if it is missing, then run every test of the workspace.
    Test(test::Args),
    /// Fetch a data set into the data directory.
    Data(data::Args),
    /// Install the pinned PJRT plugin.
    Plugin(plugin::Args),
    /// Measure the workloads of the performance table and print one JSON line for each.
    Bench(bench::Args),
    /// Measure the cost of `#[graph]` when a crate is built.
    Expansion(expansion::Args),
    /// Run test modules on one backend and print how many passed.
    Conformance(program::Args),
    /// Run a module of StableHLO text, or a saved program, on random or given inputs.
    Run(program::Args),
    /// Compare random graphs on a backend with the evaluator.
    Differential(program::Args),
    /// Feed damaged texts to the parser.
    Fuzz(program::Args),
    /// Build a new crate on the packages that a registry would get.
    Package,
    /// Write the source files that are generated and committed.
    Codegen(codegen::Args),
    /// Check rules that neither rustfmt nor clippy checks: headers, file lengths, markers, links.
    Tidy,
}

fn main() -> ExitCode {
    let result = match Task::parse() {
        Task::Test(args) => return test::run(&args),
        Task::Data(args) => data::run(&args),
        Task::Plugin(args) => plugin::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Expansion(args) => expansion::run(&args),
        Task::Conformance(args) => program::run("conformance", &args),
        Task::Run(args) => program::run("run", &args),
        Task::Differential(args) => program::run("differential", &args),
        Task::Fuzz(args) => program::run("fuzz", &args),
        Task::Package => package::run(),
        Task::Codegen(args) => codegen::run(&args),
        Task::Tidy => tidy::run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
