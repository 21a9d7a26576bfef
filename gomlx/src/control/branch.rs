// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `if` and `match`: on a host value one branch runs; on a tensor all are traced, one after the other.

use std::any::Any;

use gomlx_ir::{Code, Diagnostic, Location, Op, RegionId, ValueId};

use super::exits::{self, OpenBranch};
use super::merge::RegionEnd;
use super::slot::{self, Copies, Leaves, Slot};
use super::value::{Branching, Kept};
use super::{Never, merge};
use crate::trace;
use crate::tree::Tree;

/// Drives an `if` or `match` on the host.
pub struct HostBranch {
    pub(super) arm: usize,
}

impl HostBranch {
    /// False: Rust runs the construct.
    pub fn is_graph(&self) -> bool {
        false
    }

    /// Code after this call is not reached.
    pub fn graph(&self) -> Never {
        unreachable!("a host condition has no graph")
    }

    /// Whether the condition holds.
    pub fn taken(&self) -> bool {
        self.arm == 0
    }

    /// Which arm of a `match` runs.
    pub fn arm(&self) -> usize {
        self.arm
    }

    /// Code after this call belongs to the host.
    pub fn host(&self) {}

    /// Not called: it belongs to a trace.
    pub fn copy<T>(&self, _: &T) -> T {
        unreachable!("a host condition has no graph")
    }

    /// True: an exit is Rust's own.
    pub fn leaves(&mut self) -> bool {
        true
    }

    /// Not called: it belongs to a trace.
    pub fn enter(&mut self, _: &mut [Slot<'_>]) {}

    /// Not called: it belongs to a trace.
    pub fn leave<V>(&mut self, value: V, _: &mut [Slot<'_>]) -> Option<V> {
        Some(value)
    }

    /// Not called: it belongs to a trace.
    pub fn exit_return<R, V>(&mut self, _: R, _: &mut [Slot<'_>]) -> Option<V> {
        None
    }

    /// Not called: it belongs to a trace.
    pub fn exit_loop<V>(&mut self, _: bool, _: &mut [Slot<'_>]) -> Option<V> {
        None
    }
}

/// Drives an `if` or `match` on a tensor.
pub struct GraphBranch {
    choice: Op,
    chooser: ValueId,
    location: Location,
    arms: usize,
    /// The arm that is being traced, or that comes next.
    arm: usize,
    inside: bool,
    before: Copies,
    initial: Vec<Leaves>,
    done: Vec<(RegionId, RegionEnd)>,
    /// The value and the variables of the first branch, in case the second exits.
    first: Option<(Box<dyn Any>, Copies)>,
    /// Whether the first branch has exited.
    exited: bool,
    finished: bool,
    region: RegionId,
    mark: usize,
}

impl GraphBranch {
    pub(super) fn new(choice: Op, chooser: ValueId, arms: usize, location: Location) -> GraphBranch {
        let region = trace::with(|t| t.region());
        GraphBranch {
            choice,
            chooser,
            location,
            arms,
            arm: 0,
            inside: false,
            before: vec![],
            initial: vec![],
            done: vec![],
            first: None,
            exited: false,
            finished: false,
            region,
            mark: exits::mark(),
        }
    }

    /// True: the construct is traced.
    pub fn is_graph(&self) -> bool {
        true
    }

    /// Code after this call belongs to the trace.
    pub fn graph(&self) {}

    /// Code after this call is not reached.
    pub fn host(&self) -> Never {
        unreachable!("both branches are traced")
    }

    /// A copy of a value that moves into a branch, since the other branch may move it too.
    pub fn copy<T: Kept>(&self, moved: &T) -> T {
        moved.kept()
    }

    /// Whether the first branch is traced.
    pub fn taken(&self) -> bool {
        self.arm == 0
    }

    /// Which arm of a `match` is traced.
    pub fn arm(&self) -> usize {
        self.arm
    }

    /// Begins the region of the next branch.
    pub fn enter(&mut self, slots: &mut [Slot<'_>]) {
        if self.arm == 0 {
            self.before = slot::copies(slots);
            self.initial = slot::leaves(slots);
        } else {
            slot::restore(slots, &self.before);
        }
        self.region = trace::with(|t| t.enter_region());
        self.inside = true;
        if self.exited {
            let (exited, exit) = self.done.remove(0);
            let (predicate, location) = (self.chooser, self.location.clone());
            let open = OpenBranch { predicate, exit_when: true, exited, continued: self.region, exit, location };
            exits::with(|exits| exits.open.push(open));
        }
    }

    /// Ends a branch with its value. Gives the value of the construct after the last branch.
    #[track_caller]
    pub fn leave<V: Branching>(&mut self, value: V, slots: &mut [Slot<'_>]) -> Option<V> {
        if self.exited {
            // The branch stays open up to the end of the function or step that the first one left.
            self.finished = true;
            return Some(value);
        }
        if value.is_error() {
            return Some(value);
        }
        let now = RegionEnd::of(slots, value.leaves());
        let end = exits::suspend_all(self.mark, now, &self.initial);
        if self.arm == 0 && self.choice == Op::If {
            self.first = Some((Box::new(value.copy()), slot::copies(slots)));
        }
        trace::with(|t| t.leave_region(self.region));
        self.inside = false;
        self.done.push((self.region, end));
        self.arm += 1;
        if self.arm < self.arms {
            return None;
        }
        self.finished = true;
        let (regions, mut ends): (Vec<RegionId>, Vec<RegionEnd>) = std::mem::take(&mut self.done).into_iter().unzip();
        let mut merged = self.merge(&regions, &mut ends);
        slot::fill(slots, &merged.slots);
        let value = value.filled(&merged.value);
        exits::resume(&mut merged, &self.location);
        Some(value)
    }

    fn merge(&self, regions: &[RegionId], ends: &mut [RegionEnd]) -> RegionEnd {
        merge::Choice { op: self.choice.clone(), chooser: self.chooser, location: &self.location }.merge(regions, ends)
    }

    /// Whether an exit is Rust's own here: the first branch has exited already, and this one goes on in its place.
    pub fn leaves(&mut self) -> bool {
        self.finished |= self.exited;
        self.exited
    }

    /// Ends a branch by `return`. Gives the value of the construct if the other branch goes on.
    #[track_caller]
    pub fn exit_return<R: Tree, V: Branching>(&mut self, value: R, slots: &mut [Slot<'_>]) -> Option<V> {
        if exits::with(|exits| exits.boundaries.last().is_some_and(|b| b.is_loop)) {
            trace::fail(
                Diagnostic::new(Code::Control, "a `return` under a tensor condition cannot leave a tensor loop")
                    .note("`break` out of the loop, and return after it")
                    .at(Some(&self.location)),
            );
        }
        self.exit(Leaves::of(&value), slots)
    }

    /// Ends a branch by `break` or `continue`. Gives the value of the construct if the other branch goes on.
    #[track_caller]
    pub fn exit_loop<V: Branching>(&mut self, broken: bool, slots: &mut [Slot<'_>]) -> Option<V> {
        let region = trace::with(|t| t.region());
        let flag = trace::with(|t| merge::flag(t, region, broken));
        self.exit(Leaves { values: vec![flag], structure: vec![] }, slots)
    }

    fn exit<V: Branching>(&mut self, payload: Leaves, slots: &mut [Slot<'_>]) -> Option<V> {
        let names = exits::with(|exits| exits.boundaries.last().map(|b| b.names.clone()).unwrap_or_default());
        let now = RegionEnd::of(slots, Leaves::default()).only(&names, payload);
        // Exits inside the branch leave the same function or step.
        let exit = exits::close_all(self.mark, now);
        let region = self.region;
        trace::with(|t| t.leave_region(region));
        self.inside = false;
        if self.arm == 0 {
            self.exited = true;
            self.done.push((region, exit));
            self.arm = 1;
            return None;
        }
        self.finished = true;
        let (continued, first) = self.done.remove(0);
        let (value, copies) = self.first.take()?;
        if first.pending.is_some() {
            // The first branch may go on, and this one does not.
            let suspended = exits::suspended(region, exit, &first, &self.initial);
            let mut merged = self.merge(&[continued, region], &mut [first, suspended]);
            slot::fill(slots, &merged.slots);
            let value = value.downcast().ok().map(|v: Box<V>| v.filled(&merged.value));
            exits::resume(&mut merged, &self.location);
            return value;
        }
        // The first branch goes on: its region opens again, with its variables.
        trace::with(|t| t.reenter_region(continued));
        slot::restore(slots, &copies);
        let (predicate, location) = (self.chooser, self.location.clone());
        let open = OpenBranch { predicate, exit_when: false, exited: region, continued, exit, location };
        exits::with(|exits| exits.open.push(open));
        value.downcast().ok().map(|v| *v)
    }
}

impl Drop for GraphBranch {
    fn drop(&mut self) {
        if self.finished || !trace::active() || std::thread::panicking() {
            return;
        }
        if self.inside {
            trace::with(|t| t.leave_region(self.region));
        }
        exits::left(&self.location);
    }
}
