// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Early exits under a tensor condition: `return` of a graph function, `break` and `continue` of a tensor loop.
//!
//! When a branch exits, the other branch stays open: the trace appends everything that follows to it, up to the end of
//! the function or of the loop's step. There the open branches close from the inside out. Each becomes an `if` that
//! gives the variables and the value of the exit, or those at the end.

use gomlx_ir::{Code, Diagnostic, Location, Op, RegionId, ValueId};

use super::merge::{Choice, PendingExit, RegionEnd, flag, zeros_like};
use super::slot::{self, Leaves, Slot};
use crate::AnyTensor;
use crate::trace::{self, Trace};
use crate::tree::{Tree, replace_leaves};

/// The exits of a trace that are under way.
#[derive(Default)]
pub(super) struct Exits {
    /// Branches that stay open after an early exit, innermost last.
    pub(super) open: Vec<OpenBranch>,
    /// The constructs that an exit may leave, innermost last.
    pub(super) boundaries: Vec<Boundary>,
}

/// Runs `action` on the exits of this thread's trace.
pub(super) fn with<R>(action: impl FnOnce(&mut Exits) -> R) -> R {
    trace::with(|t| action(t.kept()))
}

/// A branch that exited, beside the other branch, which is still being traced.
pub(super) struct OpenBranch {
    pub(super) predicate: ValueId,
    /// Whether the branch that exited is the one of a true predicate.
    pub(super) exit_when: bool,
    pub(super) exited: RegionId,
    pub(super) continued: RegionId,
    /// The variables of the boundary and the value, at the exit.
    pub(super) exit: RegionEnd,
    pub(super) location: Location,
}

/// The function or loop step that exits leave.
pub(super) struct Boundary {
    pub(super) names: Vec<&'static str>,
    pub(super) is_loop: bool,
}

impl OpenBranch {
    /// Closes the branch: the variables and value at the exit, or those of now.
    fn close(self, exit: RegionEnd, now: RegionEnd) -> RegionEnd {
        trace::with(|t| t.leave_region(self.continued));
        let choice = Choice { op: Op::If, chooser: self.predicate, location: &self.location };
        match self.exit_when {
            true => choice.merge(&[self.exited, self.continued], &mut [exit, now]),
            false => choice.merge(&[self.continued, self.exited], &mut [now, exit]),
        }
    }
}

/// The number of branches that are open.
pub(super) fn mark() -> usize {
    with(|exits| exits.open.len())
}

fn pop_above(mark: usize) -> Option<OpenBranch> {
    with(|exits| if exits.open.len() > mark { exits.open.pop() } else { None })
}

/// Closes the branches that were opened since a mark, at the end of the function or step that they exit from.
pub(super) fn close_all(mark: usize, mut now: RegionEnd) -> RegionEnd {
    while let Some(mut open) = pop_above(mark) {
        let exit = std::mem::take(&mut open.exit);
        now = open.close(exit, now);
    }
    now
}

/// Closes the branches that were opened since a mark, at the end of a branch around them. The end of that branch says
/// whether one of them exited. `before` has the variables before the branch.
pub(super) fn suspend_all(mark: usize, mut now: RegionEnd, before: &[Leaves]) -> RegionEnd {
    while let Some(mut open) = pop_above(mark) {
        let exit = std::mem::take(&mut open.exit);
        let suspended = suspended(open.exited, exit, &now, before);
        now = open.close(suspended, now);
    }
    now
}

/// Whether a variable had the values of now at every exit since a mark.
pub(super) fn all_took(mark: usize, name: &str, now: &Leaves) -> bool {
    with(|exits| exits.open[mark..].iter().all(|open| open.exit.variable(name).is_none_or(|leaves| leaves.values == now.values)))
}

/// Replaces a variable in the exits since a mark.
pub(super) fn replace_taken(mark: usize, name: &str, replacement: &Leaves) {
    with(|exits| {
        for open in &mut exits.open[mark..] {
            if let Some(position) = open.exit.names.iter().position(|n| *n == name) {
                open.exit.slots[position] = replacement.clone();
            }
        }
    });
}

/// The end of a branch that exited, in the form of a branch that goes on as `other` does.
pub(super) fn suspended(region: RegionId, exit: RegionEnd, other: &RegionEnd, before: &[Leaves]) -> RegionEnd {
    let variable = |(i, name): (usize, &&'static str)| match exit.names.iter().position(|n| n == name) {
        Some(position) => exit.slots[position].clone(),
        None => before[i].clone(),
    };
    let slots = other.names.iter().enumerate().map(variable).collect();
    let (value, taken) = trace::with(|t| (zeros_like(t, region, &other.value), flag(t, region, true)));
    let pending = Some(PendingExit { taken, payload: exit.value, names: exit.names });
    RegionEnd { names: other.names.clone(), slots, seen: other.seen.clone(), value, pending }
}

/// Goes on after an `if` or `match` in which an exit may have been taken.
pub(super) fn resume(merged: &mut RegionEnd, location: &Location) {
    let Some(PendingExit { taken, payload, names }) = merged.pending.take() else { return };
    let exit = merged.only(&names, payload);
    let (exited, continued) = trace::with(|t| (t.function().add_region(), t.enter_region()));
    let open = OpenBranch { predicate: taken, exit_when: true, exited, continued, exit, location: location.clone() };
    with(|exits| exits.open.push(open));
}

/// Begins a part that runs unless `taken`. Where it does not run, the variables stay as they are, and its value is
/// false.
pub(super) fn unless(taken: ValueId, slots: &[Slot<'_>], location: &Location) {
    let exited = trace::with(|t| t.function().add_region());
    let value = Leaves { values: vec![trace::with(|t| flag(t, exited, false))], structure: vec![] };
    let exit = RegionEnd::of(slots, value);
    let continued = trace::with(Trace::enter_region);
    let open = OpenBranch { predicate: taken, exit_when: true, exited, continued, exit, location: location.clone() };
    with(|exits| exits.open.push(open));
}

/// Begins a boundary. Gives the number of boundaries around it.
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

/// Begins a graph function whose state parameters have these names.
pub fn returns(names: &[&'static str]) -> Returns {
    Returns { mark: mark(), depth: begin(names.to_vec(), false), done: false }
}

impl Returns {
    /// Ends the function: gives the value that it returned early, or the last one.
    #[track_caller]
    pub fn end<R: Tree>(mut self, last: R, slots: &mut [Slot<'_>]) -> R {
        self.done = true;
        end(self.depth);
        if mark() == self.mark {
            return last;
        }
        let now = RegionEnd::of(slots, Leaves::of(&last));
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

/// Records that a construct was left in a way that its trace cannot follow.
pub(super) fn left(location: &Location) {
    let error = Diagnostic::new(Code::Control, "a tensor `if`, `match` or loop was left by an error while it was traced")
        .note("an error that is returned with `?` ends the trace: do not go on after it")
        .at(Some(location));
    trace::with(|t| t.note_left(error));
}
