// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Plans made by hand: right ones pass, and each kind of mistake is found.

use gomlx_ir::{Builder, DType, Donation, Shape};
use smallvec::SmallVec;

use super::*;
use crate::lower::bytes_copy;
use crate::runtime::program::Loop;
use crate::schedule::{Branch, Move};

const BYTES: usize = 64;

/// A function of one parameter `x` and of as many other values as there are names, all of one size.
struct Fixture {
    function: Function,
    x: ValueId,
}

impl Fixture {
    fn new<const N: usize>() -> (Fixture, [ValueId; N]) {
        let mut function = Function::new("main");
        let x = function.add_param(Shape::new(DType::F32, &[BYTES / 4]), Donation::Keep);
        let mut b = Builder::new(&mut function, Function::BODY);
        let values = [(); N].map(|()| b.neg(x));
        (Fixture { function, x }, values)
    }

    /// Checks a plan whose only result is `result`, in storage of its own or in that of the parameter.
    fn check(&mut self, result: ValueId, source: Source, tasks: &[Task], steps: &[Step]) -> Result<(), String> {
        self.function.set_results(vec![result]);
        let shape = self.function.shape(result);
        let outputs = [Output { dtype: shape.dtype, dims: shape.sizes(), bytes: BYTES, source }];
        check(&self.function, &Stored::default(), tasks, Planned { steps, outputs: &outputs, constants: &[], arena: 8 * BYTES })
    }

    #[track_caller]
    fn passes(&mut self, result: ValueId, tasks: &[Task], steps: &[Step]) {
        assert_eq!(self.check(result, Source::Fresh, tasks, steps), Ok(()));
    }

    #[track_caller]
    fn fails(&mut self, result: ValueId, tasks: &[Task], steps: &[Step], message: &str) {
        let wrong = self.check(result, Source::Fresh, tasks, steps).expect_err("the plan is wrong");
        assert!(wrong.contains(message), "{wrong}");
    }
}

fn task(reads: &[ValueId], write: ValueId) -> Task {
    Task::Kernel(Access { reads: reads.into(), writes: [write].into_iter().collect(), in_place: SmallVec::new() })
}

fn task_in_place(read: ValueId, write: ValueId) -> Task {
    let one = |v| [v].into_iter().collect();
    Task::Kernel(Access { reads: [read].into_iter().collect(), writes: one(write), in_place: [(write, read)].into_iter().collect() })
}

fn step(buffers: &[Slot]) -> Step {
    let kernel = Kernel::Loop(Loop { index: 0, units: 1, units_per_tile: 1, ns_per_tile: 1.0, scratch: 0 });
    Step { kernel, buffers: buffers.into() }
}

fn copy(from: Slot, to: Slot) -> Step {
    Step { kernel: Kernel::Move { bytes: BYTES, copy: Box::new(bytes_copy(BYTES)) }, buffers: [from, to].into_iter().collect() }
}

fn exchange(moves: &[(Slot, Slot)]) -> Step {
    let buffers = moves.iter().map(|m| m.0).chain(moves.iter().map(|m| m.1)).collect();
    Step { kernel: Kernel::Exchange(vec![BYTES; moves.len()]), buffers }
}

fn case(on: ValueId, branches: Vec<(Vec<Task>, Vec<Move>)>) -> Task {
    let branches = branches.into_iter().map(|(tasks, results)| Branch { tasks, results }).collect();
    Task::Case { on, boolean: false, branches }
}

fn case_step(on: Slot, branches: Vec<Vec<Step>>) -> Step {
    Step { kernel: Kernel::Case { boolean: false, branches }, buffers: [on].into_iter().collect() }
}

fn while_step(on: Slot, condition: Vec<Step>, body: Vec<Step>) -> Step {
    Step { kernel: Kernel::While { condition, body }, buffers: [on].into_iter().collect() }
}

fn moved(from: ValueId, to: ValueId) -> Move {
    Move { from, to }
}

/// The slot at a multiple of the values' size.
fn at(i: usize) -> Slot {
    Slot::Arena(i * BYTES)
}

const X: Slot = Slot::Input(0);
const RESULT: Slot = Slot::Output(0);

#[test]
fn two_live_values_are_not_in_one_place() {
    let (mut f, [a, b, c]) = Fixture::new();
    let tasks = [task(&[f.x], a), task(&[f.x], b), task(&[a, b], c)];
    f.passes(c, &tasks, &[step(&[X, at(0)]), step(&[X, at(1)]), step(&[at(0), at(1), RESULT])]);
    f.fails(c, &tasks, &[step(&[X, at(0)]), step(&[X, at(0)]), step(&[at(0), at(0), RESULT])], "is read from bytes 0..64 of Arena");
    let half = Slot::Arena(BYTES / 2);
    f.fails(c, &tasks, &[step(&[X, at(0)]), step(&[X, half]), step(&[at(0), half, RESULT])], "is read from bytes 0..64 of Arena");
}

#[test]
fn a_kernel_overwrites_only_what_it_may_compute_in_place() {
    let (mut f, [a, b]) = Fixture::new();
    let steps = [step(&[X, at(0)]), step(&[at(0), at(0)]), copy(at(0), RESULT)];
    f.passes(b, &[task(&[f.x], a), task_in_place(a, b)], &steps);
    f.fails(b, &[task(&[f.x], a), task(&[a], b)], &steps, "from where the kernel reads");
    f.fails(
        b,
        &[task(&[f.x], a), task_in_place(a, b)],
        &[step(&[X, at(0)]), step(&[at(0), Slot::Arena(4)])],
        "from where the kernel reads",
    );
    f.fails(a, &[task(&[f.x], a)], &[step(&[X, at(8)])], "which has no room");
    f.fails(a, &[task_in_place(f.x, a)], &[step(&[X, X])], "which has no room");
    f.fails(b, &[task(&[f.x], a), task(&[f.x], b)], &[step(&[X, RESULT])], "a task without a step");
}

/// A loop over the state `s`, which begins as `x`; its condition computes `on` in the last slot.
fn repeat(s: ValueId, x: ValueId, on: ValueId, body: Vec<Task>, next: ValueId) -> Task {
    Task::While { entry: vec![moved(x, s)], condition: vec![task(&[s], on)], on, body, next: vec![moved(next, s)] }
}

#[test]
fn the_second_turn_of_a_loop_finds_what_the_first_one_found() {
    let (mut f, [k, s, on, t, n]) = Fixture::new();
    let tasks = [task(&[f.x], k), repeat(s, f.x, on, vec![task(&[s, k], t), task(&[t], n)], n)];
    let steps = |temporary: Slot| {
        let body = vec![step(&[RESULT, at(0), temporary]), step(&[temporary, RESULT])];
        [step(&[X, at(0)]), copy(X, RESULT), while_step(at(7), vec![step(&[RESULT, at(7)])], body)]
    };
    f.passes(s, &tasks, &steps(at(1)));
    // Where `t` is written, nothing but the next turn reads `k`.
    let late = [task(&[f.x], k), repeat(s, f.x, on, vec![task(&[s, k], n), task(&[n], t)], n)];
    let late_steps = |temporary: Slot| {
        let body = vec![step(&[RESULT, at(0), at(2)]), step(&[at(2), temporary]), copy(at(2), RESULT)];
        [step(&[X, at(0)]), copy(X, RESULT), while_step(at(7), vec![step(&[RESULT, at(7)])], body)]
    };
    f.passes(s, &late, &late_steps(at(1)));
    f.fails(s, &late, &late_steps(at(0)), "is read from bytes 0..64 of Arena");
}

#[test]
fn exchanges_go_the_right_way() {
    let (mut f, [y, a, b, on]) = Fixture::new();
    let swapped = vec![moved(b, a), moved(a, b)];
    let entry = vec![moved(f.x, a), moved(y, b)];
    let tasks = [task(&[f.x], y), Task::While { entry, condition: vec![task(&[a, b], on)], on, body: vec![], next: swapped }];
    let steps = |body: Vec<Step>| {
        [step(&[X, at(0)]), copy(X, at(1)), while_step(at(7), vec![step(&[at(1), at(0), at(7)])], body), copy(at(1), RESULT)]
    };
    f.passes(a, &tasks, &steps(vec![exchange(&[(at(0), at(1)), (at(1), at(0))])]));
    f.fails(a, &tasks, &steps(vec![exchange(&[(at(0), at(0)), (at(1), at(1))])]), "is read from");
    f.fails(a, &tasks, &steps(vec![copy(at(0), at(1)), copy(at(1), at(0))]), "is read from");
    f.fails(a, &tasks, &steps(vec![exchange(&[(at(0), at(1)), (at(1), at(1))])]), "overlaps");
    f.fails(a, &tasks, &steps(vec![]), "is read from");
}

#[test]
fn every_branch_leaves_the_results() {
    let (mut f, [on, p, r]) = Fixture::new();
    let branches = vec![(vec![task(&[f.x], p)], vec![moved(p, r)]), (vec![], vec![moved(f.x, r)])];
    let tasks = [task(&[f.x], on), case(on, branches)];
    let steps = |second: Vec<Step>| [step(&[X, at(0)]), case_step(at(0), vec![vec![step(&[X, RESULT])], second])];
    f.passes(r, &tasks, &steps(vec![copy(X, RESULT)]));
    f.fails(r, &tasks, &steps(vec![]), "result 0");
    f.fails(r, &tasks, &steps(vec![copy(at(0), RESULT)]), "result 0");
}

#[test]
fn a_branch_reads_state_before_it_computes_the_next_one_in_its_place() {
    // One branch computes the next state and then reads the state, the other one forwards `x`.
    let (mut f, [s, on, p, q, r]) = Fixture::new();
    let first = (vec![task(&[f.x], p), task(&[s, p], q)], vec![moved(q, r)]);
    let branches = vec![first, (vec![], vec![moved(f.x, r)])];
    let tasks = [repeat(s, f.x, on, vec![case(on, branches)], r)];
    let steps = |p: Slot| {
        let branches = vec![vec![step(&[X, p]), step(&[RESULT, p, at(2)]), copy(at(2), RESULT)], vec![copy(X, RESULT)]];
        [copy(X, RESULT), while_step(at(7), vec![step(&[RESULT, at(7)])], vec![case_step(at(7), branches)])]
    };
    f.passes(s, &tasks, &steps(at(1)));
    f.fails(s, &tasks, &steps(RESULT), "is read from bytes 0..64 of Output(0)");
}

#[test]
fn a_donated_input_is_not_read_after_its_result_is_written() {
    let (mut f, [a, b]) = Fixture::new();
    let donated = Source::Donated(0);
    let good = [step(&[X, at(0)]), step(&[X, RESULT])];
    assert_eq!(f.check(b, donated, &[task(&[f.x], a), task_in_place(f.x, b)], &good), Ok(()));
    let wrong = f.check(b, donated, &[task(&[f.x], a), task(&[f.x], b)], &good).expect_err("not in place");
    assert!(wrong.contains("from where the kernel reads") && wrong.ends_with("taken over"), "{wrong}");
    let late = [task_in_place(f.x, b), task(&[f.x], a)];
    let wrong = f.check(b, donated, &late, &[step(&[X, RESULT]), step(&[X, at(0)])]).expect_err("read later");
    assert!(wrong.contains("is read from bytes 0..64 of Output(0)") && wrong.ends_with("taken over"), "{wrong}");
    // Where someone else holds the input, the result is not in its storage.
    let x = f.x;
    let wrong = f.check(x, donated, &[], &[]).expect_err("not copied");
    assert!(wrong.ends_with("left alone"), "{wrong}");
    assert_eq!(f.check(x, donated, &[], &[copy(X, RESULT)]), Ok(()));
    assert_eq!(f.check(x, Source::Input(0), &[], &[]), Ok(()));
}
