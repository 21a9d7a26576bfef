// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares random graphs on a backend with the evaluator.
//!
//! A graph grows from random ops on random element types and shapes, with branches and loops. It runs on random inputs,
//! and its results are compared. The evaluator computes in `f64` and rounds the result of each op once. The allowed
//! difference is measured: the evaluator runs the graph again with its inputs and every floating-point result perturbed
//! by about one unit in the last place. Rounding may change a result by as much as these perturbations do. In
//! [`Mode::Exact`] nothing rounds, and every number must be right to its last bit. A graph that fails is reduced to the
//! few instructions that still fail.

mod compare;
mod exact;
mod grow;
mod perturb;
mod shrink;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use compare::Moved;
use gomlx_ir::eval::evaluate;
use gomlx_ir::{Backend, Buffer, Code, Function, HostTensor, Module, print};
pub use grow::{Graph, grow};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// The kind of ops in a graph, and how its results are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Any ops. Results must be as close as rounding allows.
    Rounded,
    /// Ops that do not round, on small multiples of powers of two. Results must be equal to the last bit, except for
    /// the sign of zero on XLA, which simplifies `x + 0` to `x`.
    Exact,
}

/// How a backend behaves where XLA departs from the spec, or makes a choice that the spec leaves open. Graphs for
/// backends with XLA's semantics avoid these cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Semantics {
    /// The spec, and the evaluator where the spec is silent: a sum of booleans is "or", and complex numbers are ordered
    /// by real parts first.
    Spec,
    /// XLA's behaviour.
    Xla,
}

impl Semantics {
    /// The semantics of a backend.
    pub fn of(backend: &dyn Backend) -> Semantics {
        if backend.name().starts_with("pjrt") { Semantics::Xla } else { Semantics::Spec }
    }
}

/// The outcome of a run over several graphs.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many graphs were compared.
    pub compared: usize,
    /// How many graphs were refused, because the backend or the evaluator reported an unsupported op.
    pub refused: usize,
    /// The minimal form of each graph that failed, with the reason.
    pub failures: Vec<String>,
}

impl Tally {
    /// Adds the counts and failures of another run.
    pub fn add(&mut self, other: Tally) {
        self.compared += other.compared;
        self.refused += other.refused;
        self.failures.extend(other.failures);
    }
}

/// Compares `count` graphs of at most `size` instructions. Their seeds count up from `seed`.
pub fn run(backend: &dyn Backend, mode: Mode, seed: u64, count: usize, size: usize) -> Tally {
    let mut tally = Tally::default();
    for seed in seed..seed + count as u64 {
        let graph = grow(&mut Xoshiro256PlusPlus::seed_from_u64(seed), size, mode, Semantics::of(backend));
        match check(backend, mode, &graph, seed) {
            Verdict::Same => tally.compared += 1,
            Verdict::Refused => tally.refused += 1,
            Verdict::Different(first) => {
                tally.compared += 1;
                // Some mistakes (a race, uninitialised memory) show in some runs only.
                let mistake = |g: &Graph| {
                    (0..ATTEMPTS).find_map(|_| match check(backend, mode, g, seed) {
                        Verdict::Different(why) => Some(why),
                        Verdict::Same | Verdict::Refused => None,
                    })
                };
                let small = shrink::shrink(graph, |g| mistake(g).is_some());
                let why = mistake(&small).unwrap_or_else(|| format!("in some runs only: {first}"));
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

fn check(backend: &dyn Backend, mode: Mode, graph: &Graph, seed: u64) -> Verdict {
    let module = Module::new(graph.function.clone());
    let expected = match evaluate(&module, &graph.inputs) {
        Ok(expected) => expected,
        Err(e) if e.code == Code::Unsupported => return Verdict::Refused,
        Err(e) => return Verdict::Different(format!("eval: {e}")),
    };
    let mut moved = vec![];
    let scales = [(1.0, PERTURBATIONS), (compare::SLACK, WIDE)].into_iter().flat_map(|(scale, n)| (0..n).map(move |_| scale));
    for (i, scale) in scales.enumerate().filter(|_| mode == Mode::Rounded) {
        // Uses each perturbation in both directions, which reaches a jump from either side.
        let way = if i % 2 == 0 { scale } else { -scale };
        let function = perturb::perturbed(&graph.function, seed.wrapping_mul(31).wrapping_add(i as u64 / 2), way);
        match evaluate(&Module::new(function), &graph.inputs) {
            Ok(results) => moved.push(Moved { scale, results }),
            Err(e) => return Verdict::Different(format!("eval, perturbed: {e}")),
        }
    }
    let ran = catch_unwind(AssertUnwindSafe(|| run_on(backend, &module, &graph.inputs)));
    let Ok(ran) = ran else { return Verdict::Different("the backend panics, as the standard error says".to_owned()) };
    match ran {
        Ok(got) => {
            let difference = match mode {
                Mode::Rounded => compare::difference(&graph.function, &got, &expected, &moved),
                Mode::Exact => compare::inequality(&got, &expected, Semantics::of(backend)),
            };
            difference.map_or(Verdict::Same, Verdict::Different)
        }
        Err(e) if e.code == Code::Unsupported => Verdict::Refused,
        Err(e) => Verdict::Different(e.to_string()),
    }
}

/// How many times a reduced graph runs to see whether it fails.
const ATTEMPTS: usize = 8;

/// How many times a graph is evaluated with perturbations the size of rounding errors.
const PERTURBATIONS: usize = 8;

/// How many times it is evaluated with perturbations as large as a backend's allowed error: a function with a jump,
/// such as `sign`, may jump for such an error too.
const WIDE: usize = 4;

fn run_on(backend: &dyn Backend, module: &Module, inputs: &[HostTensor]) -> gomlx_ir::Result<Vec<HostTensor>> {
    let executable = backend.compile(module)?;
    let upload = |input: &HostTensor| backend.upload(&Arc::new(input.clone()));
    let mut buffers: Vec<Buffer> = inputs.iter().map(upload).collect::<gomlx_ir::Result<_>>()?;
    let mut outputs = vec![];
    executable.run(&mut buffers, &mut outputs)?;
    outputs.iter().map(|b| Ok(HostTensor::clone(&*b.to_host()?))).collect()
}

/// All results of the instructions in the body.
fn all_values(function: &Function) -> Vec<gomlx_ir::ValueId> {
    function.body().insts.iter().flat_map(|&i| function.inst(i).results.iter().copied()).collect()
}

/// The values that instructions use, including instructions in regions.
fn used(function: &Function) -> rustc_hash::FxHashSet<gomlx_ir::ValueId> {
    let mut used = rustc_hash::FxHashSet::default();
    for &id in &function.body().insts {
        shrink::uses(function, id, &mut used);
    }
    used
}

#[cfg(test)]
mod tests {
    use gomlx_ir::eval::EvalBackend;
    use gomlx_ir::{BinaryOp, Executable, Op};

    use super::*;

    /// The evaluator, but with a subtraction in place of each division.
    struct Wrong;

    impl Backend for Wrong {
        fn name(&self) -> &str {
            "wrong"
        }

        fn build(&self, module: &Module) -> gomlx_ir::Result<Arc<dyn Executable>> {
            let source = module.main();
            let mut target = Function::new("wrong");
            let mut map = rustc_hash::FxHashMap::default();
            for &param in source.params() {
                map.insert(param, target.add_param(source.shape(param).clone(), gomlx_ir::Donation::Keep));
            }
            for &id in &source.body().insts {
                shrink::copy(source, &mut target, Function::BODY, id, &mut map);
                let inst = source.inst(id);
                if inst.op == Op::Binary(BinaryOp::Divide) {
                    let operands: Vec<_> = inst.operands.iter().map(|x| map[x]).collect();
                    let wrong = target.push(Function::BODY, Op::Binary(BinaryOp::Subtract), &operands, &[], None)?;
                    map.insert(inst.results[0], target.inst(wrong).results[0]);
                }
            }
            target.set_results(source.results().iter().map(|r| map[r]).collect());
            EvalBackend.compile(&Module::new(target))
        }

        fn upload(&self, tensor: &Arc<HostTensor>) -> gomlx_ir::Result<Buffer> {
            EvalBackend.upload(tensor)
        }
    }

    #[test]
    fn mistakes_are_found_and_cut_down() {
        let tally = run(&Wrong, Mode::Rounded, 0, 60, 30);
        assert!(!tally.failures.is_empty());
        for failure in &tally.failures {
            assert!(failure.contains("stablehlo.divide"), "{failure}");
            assert!(failure.matches(" = stablehlo.").count() <= 6, "{failure}");
        }
    }

    #[test]
    fn the_evaluator_agrees_with_itself() {
        for mode in [Mode::Rounded, Mode::Exact] {
            let tally = run(&EvalBackend, mode, 0, 60, 30);
            assert!(tally.failures.is_empty(), "{}", tally.failures.join("\n"));
        }
    }

    #[test]
    fn logarithms_of_what_is_near_one_differ_by_the_rounding_of_that() {
        let numbers: Vec<f64> = (0..2000).flat_map(|i| [(0.1 + f64::from(i) * 7e-4).cos(), (0.1 + f64::from(i) * 7e-4).sin()]).collect();
        let bytes: &[u8] = bytemuck::cast_slice(&numbers);
        let input = HostTensor::from_bytes(gomlx_ir::DType::C128, &[2000], bytes).unwrap();
        let mut function = Function::new("near_one");
        let z = function.add_param(input.shape(), gomlx_ir::Donation::Keep);
        let mut b = gomlx_ir::Builder::new(&mut function, Function::BODY);
        let norm = b.unary(gomlx_ir::UnaryOp::Abs, z);
        let log = b.unary(gomlx_ir::UnaryOp::Log, norm);
        function.set_results(vec![log]);
        let graph = Graph { function, inputs: vec![input] };
        for seed in 0..50 {
            if let Verdict::Different(why) = check(&gomlx_jit::JitBackend, Mode::Rounded, &graph, seed) {
                panic!("{seed} {why}");
            }
        }
    }
}
