// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random graphs on a backend against the evaluator.
//!
//! A graph is grown from random ops over random element types and shapes, with branches and loops, run on random inputs,
//! and its results compared. The evaluator computes in `f64` and rounds each op's result once. How far apart two right
//! answers may be is measured, not guessed: the graph is evaluated again with its inputs and every floating-point result
//! of it moved by about one unit in its last place, and what that changes is what rounding elsewhere may change too. In
//! [`Mode::Exact`] nothing rounds, and every number has to be right to its last bit. A graph that fails is cut down to the few instructions
//! that still fail.

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

/// What graphs consist of, and how their results are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Any ops: as near as rounding allows.
    Rounded,
    /// Ops that round nothing, on small multiples of powers of two: the same numbers to the last bit (but for the sign
    /// of zero on XLA, which takes `x + 0` for `x`).
    Exact,
}

/// What a backend does where XLA departs from the spec, or makes a choice that the spec leaves: graphs leave that out
/// for backends that do as XLA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Semantics {
    /// What the spec says, and the evaluator where it says nothing: sums of booleans are "or", complex numbers are
    /// ordered by their real parts first.
    Spec,
    /// What XLA does.
    Xla,
}

impl Semantics {
    /// Those of a backend.
    pub fn of(backend: &dyn Backend) -> Semantics {
        if backend.name().starts_with("pjrt") { Semantics::Xla } else { Semantics::Spec }
    }
}

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

impl Tally {
    /// Counts another run too.
    pub fn add(&mut self, other: Tally) {
        self.compared += other.compared;
        self.refused += other.refused;
        self.failures.extend(other.failures);
    }
}

/// Compares `count` graphs of at most `size` instructions, made from seeds from `seed` on.
pub fn run(backend: &dyn Backend, mode: Mode, seed: u64, count: usize, size: usize) -> Tally {
    let mut tally = Tally::default();
    for seed in seed..seed + count as u64 {
        let graph = grow(&mut Xoshiro256PlusPlus::seed_from_u64(seed), size, mode, Semantics::of(backend));
        match check(backend, mode, &graph, seed) {
            Verdict::Same => tally.compared += 1,
            Verdict::Refused => tally.refused += 1,
            Verdict::Different(first) => {
                tally.compared += 1;
                // Some mistakes (a race, memory not written) show in some runs only.
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
        // Each twice, the second time the other way: what jumps is met from both sides.
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

/// How often a part of a graph is run to see whether it fails.
const ATTEMPTS: usize = 8;

/// How often a graph is evaluated with its values moved.
const PERTURBATIONS: usize = 8;

/// How often with values moved as far as a backend's may be: what jumps, as a sign does, may jump for such a value too.
const WIDE: usize = 4;

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

/// The values that instructions use, in regions too.
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

    /// The evaluator, with subtraction for every division.
    struct Wrong;

    impl Backend for Wrong {
        fn name(&self) -> &str {
            "wrong"
        }

        fn compile(&self, module: &Module) -> gomlx_ir::Result<Arc<dyn Executable>> {
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
