// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs a module of StableHLO text, or a program that gomlx saved, on random or given inputs. Prints the results or the
//! compiled form, and times.

#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use gomlx::AnyTensor;
use gomlx_ir::eval::evaluate;
use gomlx_ir::testing::uniform;
use gomlx_ir::{Buffer, DType, HostTensor, Listing, Module, Shape, parse, print};
use gomlx_tests::npy;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Print {
    /// The graph as parsed, in StableHLO.
    Stablehlo,
    /// The graph after optimisation.
    Optimized,
    /// The kernels, in order.
    Kernels,
    /// Cranelift's intermediate code for each loop.
    Clif,
}

#[derive(Parser)]
#[command(name = "cargo xtask run", about = "Runs a module of StableHLO text, or a saved program, on random or given inputs")]
struct Args {
    /// The file of the module, or of a saved program if its name ends in `.safetensors`.
    file: PathBuf,
    /// Backend: jit, eval, pjrt or another name that gomlx accepts.
    #[arg(long, default_value = "jit")]
    backend: String,
    /// A .npy file for each parameter, in order. The remaining parameters get random numbers.
    #[arg(long)]
    input: Vec<PathBuf>,
    /// Print this form of the module and do not run it.
    #[arg(long, value_enum)]
    print: Option<Print>,
    /// The seed of the random numbers.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The size of each dynamic axis that no input determines.
    #[arg(long, default_value_t = 4)]
    size: usize,
}

/// How long runs are repeated to find the fastest time.
const SPAN: Duration = Duration::from_millis(300);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args = Args::parse();
    let given = args.input.iter().map(|path| npy::read(path)).collect::<Result<Vec<_>, _>>()?;
    if args.file.extension().is_some_and(|e| e == "safetensors") {
        return saved(&args, given);
    }
    let text = std::fs::read_to_string(&args.file).map_err(|e| format!("{}: {e}", args.file.display()))?;
    let name = args.file.to_string_lossy();
    let (module, own, inputs) = read(&text, &name, given, &args)?;
    if args.print == Some(Print::Stablehlo) {
        print!("{}", print::module(&module));
        return Ok(());
    }

    let backend = gomlx::backend::named(&args.backend)?;
    let start = Instant::now();
    let executable = backend.compile(&module)?;
    let compile = start.elapsed();
    if let Some(kind) = args.print {
        let kind = match kind {
            Print::Kernels => Listing::Kernels,
            Print::Clif => Listing::Code,
            Print::Optimized | Print::Stablehlo => Listing::Optimized,
        };
        println!("{}", executable.listing(kind).ok_or_else(|| format!("{} has no such listing", backend.name()))?);
        return Ok(());
    }

    let inputs: Vec<Buffer> = inputs.into_iter().map(|t| backend.upload(&Arc::new(t))).collect::<Result<_, _>>()?;
    let mut outputs = vec![];
    let (best, runs) = fastest(|| {
        outputs.clear();
        executable.run(&mut inputs.clone(), &mut outputs)?;
        outputs.iter().try_for_each(|output| output.to_host().map(drop))
    })?;
    for (i, output) in outputs.iter().take(own).enumerate() {
        println!("{i}: {:?}", output.to_host()?);
    }
    println!("{}: compiled in {:.2} ms, run in {:.4} ms, the best of {runs}", backend.name(), ms(compile), ms(best));
    Ok(())
}

/// Runs a saved program with its weights. It has no source here to show.
fn saved(args: &Args, mut given: Vec<HostTensor>) -> Result<(), Box<dyn std::error::Error>> {
    let program = gomlx::load(&args.file)?;
    match args.print {
        None => {}
        Some(Print::Stablehlo) => {
            print!("{}", program.stablehlo());
            return Ok(());
        }
        Some(_) => return Err("of a saved program only `--print stablehlo` is there: run that text to see what becomes of it".into()),
    }
    for (i, input) in program.inputs().iter().enumerate().skip(given.len()) {
        given.push(random(&input.shape, args.size, args.seed.wrapping_add(i as u64)));
    }
    let inputs: Vec<AnyTensor> = given.into_iter().map(AnyTensor::from_host).collect();
    gomlx::set_backend(&args.backend)?;
    let start = Instant::now();
    let mut outputs = program.call(&inputs)?;
    let first = start.elapsed();
    let (best, runs) = fastest(|| -> gomlx::Result<()> {
        outputs = program.call(&inputs)?;
        outputs.iter().try_for_each(|output| output.to_host().map(drop))
    })?;
    for (result, output) in program.results().iter().zip(&outputs) {
        println!("{}: {:?}", if result.name.is_empty() { "result" } else { &result.name }, output.to_host()?);
    }
    println!("{}: compiled and run in {:.2} ms, run in {:.4} ms, the best of {runs}", args.backend, ms(first), ms(best));
    Ok(())
}

/// The time of the fastest run, and the number of runs.
fn fastest<E>(mut run: impl FnMut() -> Result<(), E>) -> Result<(Duration, usize), E> {
    let (mut best, mut runs) = (Duration::MAX, 0);
    let begin = Instant::now();
    while runs == 0 || begin.elapsed() < SPAN {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed());
        runs += 1;
    }
    Ok((best, runs))
}

fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1e3
}

/// The module, how many of its results belong to the module itself, and its inputs. A test module gets its own data.
fn read(
    text: &str,
    name: &str,
    mut given: Vec<HostTensor>,
    args: &Args,
) -> Result<(Module, usize, Vec<HostTensor>), Box<dyn std::error::Error>> {
    let params = parse::signature(text, name)?.params;
    if given.len() > params.len() {
        return Err(format!("{} inputs are given for {} parameters", given.len(), params.len()).into());
    }
    for (i, param) in params.iter().enumerate().skip(given.len()) {
        given.push(random(param, args.size, args.seed.wrapping_add(i as u64)));
    }
    if params.iter().any(|p| p.known().is_none()) {
        let shapes: Vec<Shape> = given.iter().map(HostTensor::shape).collect();
        let module = parse::refined(text, name, &shapes)?;
        let own = module.main().results().len();
        return Ok((module, own, given));
    }
    let test = parse::test_module(text, name)?;
    let mut inputs = given;
    for source in &test.sources {
        inputs.extend(evaluate(source, &[])?);
    }
    for (input, &param) in inputs.iter().zip(test.module.main().params()) {
        let wanted = test.module.main().shape(param);
        if input.shape() != *wanted {
            return Err(format!("an input is {}, but its parameter is {wanted}", input.shape()).into());
        }
    }
    let own = test.module.main().results().len() - 2 * test.checks.len();
    Ok((test.module, own, inputs))
}

/// Random numbers from -1 to 1, or integers from 0 to 9.
fn random(shape: &Shape, open: usize, seed: u64) -> HostTensor {
    let dims: Vec<usize> = shape.dims.iter().map(|d| d.lit().unwrap_or(open)).collect();
    let parts = |dtype| uniform(dtype, &[dims.as_slice(), &[2]].concat(), -1.0, 1.0, seed);
    match shape.dtype {
        DType::C64 | DType::C128 => {
            let parts = parts(shape.dtype.real());
            HostTensor::from_bytes(shape.dtype, &dims, parts.bytes()).expect("two parts for each number")
        }
        dtype if dtype.is_float() => uniform(dtype, &dims, -1.0, 1.0, seed),
        dtype => uniform(dtype, &dims, 0.0, 9.0, seed),
    }
}
