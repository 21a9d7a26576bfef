// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Early exits under a tensor condition: `return` of a graph function, `break` and `continue` of a tensor loop.
//!
//! When a branch exits, the other branch stays open, and everything that the trace meets from there on goes into it, up
//! to the end of what is left: the function, or the step of the loop. There the open branches close from the inside
//! out, each an `if` of what the exit took along and what is there at the end.

use std::cell::RefCell;

use gomlx_ir::{Code, Diagnostic, Location, Op, RegionId, ValueId};

use super::merge::{Choice, Outcome, Pending, flag, zeros_like};
use super::slot::{self, Leaves, Slot};
use crate::AnyTensor;
use crate::trace::{self, Trace};
use crate::tree::{Tree, replace_leaves};

thread_local! {
    static EXITS: RefCell<Exits> = const { RefCell::new(Exits { trace: 0, open: vec![], boundaries: vec![] }) };
}

/// The exits of this thread's trace that are under way.
pub(super) struct Exits {
    /// The trace that they belong to.
    trace: u64,
    /// Branches that stay open after an early exit, innermost last.
    pub(super) open: Vec<Open>,
    /// The constructs that an exit may leave, innermost last.
    pub(super) boundaries: Vec<Boundary>,
}

/// Runs `action` on the exits of this thread's trace. Those of an earlier trace, which may have failed, are forgotten.
pub(super) fn with<R>(action: impl FnOnce(&mut Exits) -> R) -> R {
    let trace = trace::with(|t| t.id());
    EXITS.with_borrow_mut(|exits| {
        if exits.trace != trace {
            *exits = Exits { trace, open: vec![], boundaries: vec![] };
        }
        action(exits)
    })
}

/// A branch that exited, and the other, which is still being traced.
pub(super) struct Open {
    pub(super) predicate: ValueId,
    /// Whether it exited where the predicate is true.
    pub(super) exit_when: bool,
    pub(super) exited: RegionId,
    pub(super) continued: RegionId,
    /// What it took along: the variables of the boundary, and a value.
    pub(super) outcome: Outcome,
    pub(super) location: Location,
}

/// What exits leave.
pub(super) struct Boundary {
    pub(super) names: Vec<&'static str>,
    pub(super) is_loop: bool,
}

impl Open {
    /// Closes the branch: what the exit took along, or what is there now.
    fn close(self, exit: Outcome, now: Outcome) -> Outcome {
        trace::with(|t| t.leave_region(self.continued));
        let choice = Choice { op: Op::If, chooser: self.predicate, location: &self.location };
        match self.exit_when {
            true => choice.merge(&[self.exited, self.continued], &mut [exit, now]),
            false => choice.merge(&[self.continued, self.exited], &mut [now, exit]),
        }
    }
}

/// Number of branches that are open.
pub(super) fn mark() -> usize {
    with(|exits| exits.open.len())
}

fn pop_above(mark: usize) -> Option<Open> {
    with(|exits| if exits.open.len() > mark { exits.open.pop() } else { None })
}

/// Closes the branches that were opened since a mark, where what they exit from ends.
pub(super) fn close_all(mark: usize, mut now: Outcome) -> Outcome {
    while let Some(mut open) = pop_above(mark) {
        let exit = std::mem::take(&mut open.outcome);
        now = open.close(exit, now);
    }
    now
}

/// Closes the branches that were opened since a mark, where a branch around them ends: whether one exited becomes part
/// of what that branch leaves behind. `before` is what the variables held before the branch.
pub(super) fn suspend_all(mark: usize, mut now: Outcome, before: &[Leaves]) -> Outcome {
    while let Some(mut open) = pop_above(mark) {
        let exit = std::mem::take(&mut open.outcome);
        let suspended = suspended(open.exited, exit, &now, before);
        now = open.close(suspended, now);
    }
    now
}

/// Whether every exit since a mark took along what a variable holds now.
pub(super) fn all_took(mark: usize, name: &str, now: &Leaves) -> bool {
    with(|exits| exits.open[mark..].iter().all(|open| open.outcome.held(name).is_none_or(|held| held.values == now.values)))
}

/// Replaces the leaves of a variable that exits since a mark took along.
pub(super) fn replace_taken(mark: usize, name: &str, replacement: &Leaves) {
    with(|exits| {
        for open in &mut exits.open[mark..] {
            if let Some(position) = open.outcome.names.iter().position(|n| *n == name) {
                open.outcome.slots[position] = replacement.clone();
            }
        }
    });
}

/// What an exit took along, in the form of a branch that goes on like `other` does.
pub(super) fn suspended(region: RegionId, exit: Outcome, other: &Outcome, before: &[Leaves]) -> Outcome {
    let held = |(i, name): (usize, &&'static str)| match exit.names.iter().position(|n| n == name) {
        Some(position) => exit.slots[position].clone(),
        None => before[i].clone(),
    };
    let slots = other.names.iter().enumerate().map(held).collect();
    let (value, taken) = trace::with(|t| (zeros_like(t, region, &other.value), flag(t, region, true)));
    let pending = Some(Pending { taken, payload: exit.value, names: exit.names });
    Outcome { names: other.names.clone(), slots, seen: other.seen.clone(), value, pending }
}

/// Goes on after a branching in which an exit may have been taken.
pub(super) fn resume(merged: &mut Outcome, location: &Location) {
    let Some(Pending { taken, payload, names }) = merged.pending.take() else { return };
    let outcome = merged.only(&names, payload);
    let (exited, continued) = trace::with(|t| (t.function().add_region(), t.enter_region()));
    let open = Open { predicate: taken, exit_when: true, exited, continued, outcome, location: location.clone() };
    with(|exits| exits.open.push(open));
}

/// Begins what only happens unless `taken`: the variables stay as they are then, and the value at its end is false.
pub(super) fn unless(taken: ValueId, slots: &[Slot<'_>], location: &Location) {
    let exited = trace::with(|t| t.function().add_region());
    let value = Leaves { values: vec![trace::with(|t| flag(t, exited, false))], structure: vec![] };
    let outcome = Outcome::of(slots, value);
    let continued = trace::with(Trace::enter_region);
    let open = Open { predicate: taken, exit_when: true, exited, continued, outcome, location: location.clone() };
    with(|exits| exits.open.push(open));
}

/// Begins a boundary, and gives the number of those around it.
pub(super) fn begin(names: Vec<&'static str>, is_loop: bool) -> usize {
    with(|exits| {
        exits.boundaries.push(Boundary { names, is_loop });
        exits.boundaries.len() - 1
    })
}

/// Ends a boundary.
pub(super) fn end(depth: usize) {
    with(|exits| exits.boundaries.truncate(depth));
}

/// A graph function that has early returns.
pub struct Returns {
    mark: usize,
    depth: usize,
    done: bool,
}

/// Begins a graph function whose state has these names.
pub fn returns(names: &[&'static str]) -> Returns {
    Returns { mark: mark(), depth: begin(names.to_vec(), false), done: false }
}

impl Returns {
    /// Ends it: what it returned early, or what it returns last.
    #[track_caller]
    pub fn end<R: Tree>(mut self, last: R, slots: &mut [Slot<'_>]) -> R {
        self.done = true;
        end(self.depth);
        if mark() == self.mark {
            return last;
        }
        let now = Outcome::of(slots, Leaves::of(&last));
        let merged = close_all(self.mark, now);
        slot::fill(slots, &merged.slots);
        let mut values = merged.value.values.iter();
        let mut next = |leaf: &AnyTensor| match values.next() {
            Some(&value) => trace::with(|t| t.handle(value)),
            None => leaf.clone(),
        };
        replace_leaves(&last, &mut |_, leaf| if leaf.is_absent() { leaf.clone() } else { next(leaf) })
    }
}

impl Drop for Returns {
    fn drop(&mut self) {
        if self.done || !trace::active() || std::thread::panicking() {
            return;
        }
        end(self.depth);
        if mark() > self.mark {
            left(&Location::caller());
        }
        while pop_above(self.mark).is_some() {}
    }
}

/// Notes that a construct was left in a way that its trace cannot follow.
pub(super) fn left(location: &Location) {
    let error = Diagnostic::new(Code::Control, "a tensor `if`, `match` or loop was left by an error while it was traced")
        .note("an error that is returned with `?` ends the trace: do not go on after it")
        .at(Some(location));
    trace::with(|t| t.note_left(error));
}
