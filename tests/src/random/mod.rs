// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random graphs on a backend against the evaluator.
//!
//! A graph is grown from random ops over random element types and shapes, run on random inputs, and its results
//! compared. How far apart two right answers may be is measured, not guessed: the graph is evaluated again with every
//! floating-point result of it moved by about one unit in its last place, and what that changes is what rounding
//! elsewhere may change too. A graph that fails is cut down to the few instructions that still fail.

mod compare;
mod grow;
mod perturb;
mod shrink;

use std::sync::Arc;

use gomlx_ir::eval::evaluate;
use gomlx_ir::{Backend, Buffer, Code, Function, HostTensor, Module, print};
pub use grow::{Graph, grow};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// What a run over several graphs gave.
#[derive(Debug, Default)]
pub struct Tally {
    /// Graphs that were compared.
    pub compared: usize,
    /// Graphs with an op that the backend or the evaluator does not have, which it named.
    pub refused: usize,
    /// The smallest form of each graph that failed, with why.
    pub failures: Vec<String>,
}

/// Compares `count` graphs of at most `size` instructions, made from seeds from `seed` on.
pub fn run(backend: &dyn Backend, seed: u64, count: usize, size: usize) -> Tally {
    let mut tally = Tally::default();
    for seed in seed..seed + count as u64 {
        let graph = grow(&mut Xoshiro256PlusPlus::seed_from_u64(seed), size);
        match check(backend, &graph, seed) {
            Verdict::Same => tally.compared += 1,
            Verdict::Refused => tally.refused += 1,
            Verdict::Different(_) => {
                tally.compared += 1;
                let small = shrink::shrink(graph, |g| matches!(check(backend, g, seed), Verdict::Different(_)));
                let Verdict::Different(why) = check(backend, &small, seed) else { unreachable!("shrinking keeps what fails") };
                let inputs: Vec<String> = small.inputs.iter().map(|i| format!("// {i:?}\n")).collect();
                let text = print::module(&Module::new(small.function));
                tally.failures.push(format!("// seed {seed}: {why}\n{}{text}", inputs.concat()));
            }
        }
    }
    tally
}

enum Verdict {
    Same,
    Refused,
    Different(String),
}

fn check(backend: &dyn Backend, graph: &Graph, seed: u64) -> Verdict {
    let module = Module::new(graph.function.clone());
    let expected = match evaluate(&module, &graph.inputs) {
        Ok(expected) => expected,
        Err(e) if e.code == Code::Unsupported => return Verdict::Refused,
        Err(e) => return Verdict::Different(format!("eval: {e}")),
    };
    let mut moved = vec![];
    for i in 0..PERTURBATIONS {
        let function = perturb::perturbed(&graph.function, seed.wrapping_mul(31).wrapping_add(i));
        match evaluate(&Module::new(function), &graph.inputs) {
            Ok(results) => moved.push(results),
            Err(e) => return Verdict::Different(format!("eval, perturbed: {e}")),
        }
    }
    match run_on(backend, &module, &graph.inputs) {
        Ok(got) => match compare::difference(&graph.function, &got, &expected, &moved) {
            None => Verdict::Same,
            Some(why) => Verdict::Different(why),
        },
        Err(e) if e.code == Code::Unsupported => Verdict::Refused,
        Err(e) => Verdict::Different(e.to_string()),
    }
}

/// How often a graph is evaluated with its values moved.
const PERTURBATIONS: u64 = 4;

fn run_on(backend: &dyn Backend, module: &Module, inputs: &[HostTensor]) -> gomlx_ir::Result<Vec<HostTensor>> {
    let executable = backend.compile(module)?;
    let upload = |input: &HostTensor| backend.upload(&Arc::new(input.clone()));
    let mut buffers: Vec<Buffer> = inputs.iter().map(upload).collect::<gomlx_ir::Result<_>>()?;
    let mut outputs = vec![];
    executable.run(&mut buffers, &mut outputs)?;
    outputs.iter().map(|b| Ok(HostTensor::clone(&*b.to_host()?))).collect()
}

/// The values that instructions of the body give, all of them.
fn all_values(function: &Function) -> Vec<gomlx_ir::ValueId> {
    function.body().insts.iter().flat_map(|&i| function.inst(i).results.iter().copied()).collect()
}
