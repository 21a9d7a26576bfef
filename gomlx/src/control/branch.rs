// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `if` and `match`: on a host value one branch runs; on a tensor each is traced, one after the other.

use std::any::Any;

use gomlx_ir::{Code, Diagnostic, Element, Location, Op, RegionId, ValueId};

use super::exits::{self, Open};
use super::merge::Outcome;
use super::slot::{self, Copies, Leaves, Slot};
use super::{Never, merge};
use crate::ops::raw;
use crate::tree::{Tree, replace_leaves};
use crate::{AnyTensor, Tensor, trace};

/// What an `if` or `while` goes by: `bool`, or a `Tensor<bool>` scalar.
#[diagnostic::on_unimplemented(
    message = "a condition is a `bool` or a scalar `Tensor<bool>`, not `{Self}` [E0106]",
    label = "neither `bool` nor `Tensor<bool>`",
    note = "reduce a mask with `.all()` or `.any()`; compare a number with 0"
)]
pub trait Condition: Sized {
    /// What drives an `if`.
    type Branch;
    /// Empty for a `bool`.
    type Graph;
    /// Whether it is only known when the graph runs.
    const GRAPH: bool;
    /// Drives an `if`.
    #[track_caller]
    fn branch(self) -> Self::Branch;
    /// The host's value or the tensor.
    fn parts(self) -> Result<bool, AnyTensor>;
    /// The empty value, which nothing asks for on the host.
    fn graph() -> Self::Graph;
}

impl Condition for bool {
    type Branch = HostBranch;
    type Graph = Never;
    const GRAPH: bool = false;

    fn branch(self) -> HostBranch {
        HostBranch { arm: usize::from(!self) }
    }

    fn parts(self) -> Result<bool, AnyTensor> {
        Ok(self)
    }

    fn graph() -> Never {
        unreachable!("a host condition has no graph")
    }
}

macro_rules! tensors {
    ($($t:ty),*) => { $(
        impl Condition for $t {
            type Branch = GraphBranch;
            type Graph = ();
            const GRAPH: bool = true;

            fn branch(self) -> GraphBranch {
                let location = Location::caller();
                let chooser = scalar("if", &self.any, &location);
                GraphBranch::new(Op::If, chooser, 2, location)
            }

            fn parts(self) -> Result<bool, AnyTensor> {
                Err(self.any.clone())
            }

            fn graph() {}
        }
    )* };
}
tensors!(Tensor<bool>, &Tensor<bool>, &mut Tensor<bool>);

/// The value of a condition in the current region.
#[track_caller]
pub(super) fn scalar(construct: &str, condition: &AnyTensor, location: &Location) -> ValueId {
    if condition.is_poisoned() {
        trace::abort();
    }
    if condition.rank() != 0 {
        trace::fail(
            Diagnostic::new(Code::Shape, format!("{construct}: the condition is {condition}, not a scalar"))
                .note("whether all or any element is true is `.all()` or `.any()`; an elementwise choice is `select(&mask, &a, b)`")
                .at(Some(location)),
        );
    }
    match trace::with(|t| t.value(condition)) {
        Ok(Some(value)) => value,
        Ok(None) => trace::abort(),
        Err(error) => trace::fail(error.at(Some(location))),
    }
}

/// Drives an `if` or `match` on the host.
pub struct HostBranch {
    arm: usize,
}

impl HostBranch {
    /// No.
    pub fn is_graph(&self) -> bool {
        false
    }

    /// Nothing after this is reached.
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

    /// What follows is the host's.
    pub fn host(&self) {}

    /// Not reached.
    pub fn copy<T>(&self, _: &T) -> T {
        unreachable!("a host condition has no graph")
    }

    /// Exits are Rust's own.
    pub fn leaves(&mut self) -> bool {
        true
    }

    /// Not reached.
    pub fn enter(&mut self, _: &mut [Slot<'_>]) {}

    /// Not reached.
    pub fn leave<V>(&mut self, value: V, _: &mut [Slot<'_>]) -> Option<V> {
        Some(value)
    }

    /// Not reached.
    pub fn exit_return<R, V>(&mut self, _: R, _: &mut [Slot<'_>]) -> Option<V> {
        None
    }

    /// Not reached.
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
    /// The arm being traced, or the next one to be.
    arm: usize,
    inside: bool,
    before: Copies,
    initial: Vec<Leaves>,
    done: Vec<(RegionId, Outcome)>,
    /// The value and the variables of the first branch, should the other one exit.
    first: Option<(Box<dyn Any>, Copies)>,
    /// Whether the first branch has exited.
    exited: bool,
    finished: bool,
    region: RegionId,
    mark: usize,
}

impl GraphBranch {
    fn new(choice: Op, chooser: ValueId, arms: usize, location: Location) -> GraphBranch {
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

    /// Yes.
    pub fn is_graph(&self) -> bool {
        true
    }

    /// What follows belongs to the trace.
    pub fn graph(&self) {}

    /// Nothing after this is reached.
    pub fn host(&self) -> Never {
        unreachable!("both branches are traced")
    }

    /// What is moved into a branch: the other one may move it too.
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
            let (exited, outcome) = self.done.remove(0);
            let (predicate, location) = (self.chooser, self.location.clone());
            let open = Open { predicate, exit_when: true, exited, continued: self.region, outcome, location };
            trace::with(|t| t.open.push(open));
        }
    }

    /// Ends a branch with its value; gives the value of the whole after the last.
    #[track_caller]
    pub fn leave<V: Branching>(&mut self, value: V, slots: &mut [Slot<'_>]) -> Option<V> {
        if self.exited {
            // The branch stays open until what the first one exited from ends.
            self.finished = true;
            return Some(value);
        }
        if value.is_error() {
            return Some(value);
        }
        let now = Outcome::of(slots, value.leaves());
        let outcome = exits::suspend_all(self.mark, now, &self.initial);
        if self.arm == 0 && self.choice == Op::If {
            self.first = Some((Box::new(value.copy()), slot::copies(slots)));
        }
        trace::with(|t| t.leave_region(self.region));
        self.inside = false;
        self.done.push((self.region, outcome));
        self.arm += 1;
        if self.arm < self.arms {
            return None;
        }
        self.finished = true;
        let (regions, mut outcomes): (Vec<RegionId>, Vec<Outcome>) = std::mem::take(&mut self.done).into_iter().unzip();
        let mut merged = self.merge(&regions, &mut outcomes);
        slot::fill(slots, &merged.slots);
        let value = value.filled(&merged.value);
        exits::resume(&mut merged, &self.location);
        Some(value)
    }

    fn merge(&self, regions: &[RegionId], outcomes: &mut [Outcome]) -> Outcome {
        merge::Choice { op: self.choice.clone(), chooser: self.chooser, location: &self.location }.merge(regions, outcomes)
    }

    /// Whether an exit is Rust's own here: the other branch has exited already, and this one goes on in its place.
    pub fn leaves(&mut self) -> bool {
        self.finished |= self.exited;
        self.exited
    }

    /// Ends a branch by `return`; gives the value of the whole if the other branch goes on.
    #[track_caller]
    pub fn exit_return<R: Tree, V: Branching>(&mut self, value: R, slots: &mut [Slot<'_>]) -> Option<V> {
        if trace::with(|t| t.boundaries.last().is_some_and(|b| b.is_loop)) {
            trace::fail(
                Diagnostic::new(Code::Control, "a `return` under a tensor condition cannot leave a tensor loop")
                    .note("`break` out of the loop, and return after it")
                    .at(Some(&self.location)),
            );
        }
        self.exit(Leaves::of(&value), slots)
    }

    /// Ends a branch by `break` or `continue`; gives the value of the whole if the other branch goes on.
    #[track_caller]
    pub fn exit_loop<V: Branching>(&mut self, broken: bool, slots: &mut [Slot<'_>]) -> Option<V> {
        let region = trace::with(|t| t.region());
        let flag = trace::with(|t| merge::flag(t, region, broken));
        self.exit(Leaves { values: vec![flag], structure: vec![] }, slots)
    }

    fn exit<V: Branching>(&mut self, payload: Leaves, slots: &mut [Slot<'_>]) -> Option<V> {
        let names = trace::with(|t| t.boundaries.last().map(|b| b.names.clone()).unwrap_or_default());
        let now = Outcome::of(slots, Leaves::default()).only(&names, payload);
        // What may have exited before, inside the branch, has left the same.
        let outcome = exits::close_all(self.mark, now);
        let region = self.region;
        trace::with(|t| t.leave_region(region));
        self.inside = false;
        if self.arm == 0 {
            self.exited = true;
            self.done.push((region, outcome));
            self.arm = 1;
            return None;
        }
        self.finished = true;
        let (continued, first) = self.done.remove(0);
        let (value, copies) = self.first.take()?;
        if first.pending.is_some() {
            // Some of the first branch goes on, and none of this one.
            let suspended = exits::suspended(region, outcome, &first, &self.initial);
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
        trace::with(|t| t.open.push(Open { predicate, exit_when: false, exited: region, continued, outcome, location }));
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

/// What may be moved into a branch.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is moved into a branch of a tensor `if` or `match`, whose branches are all traced [E0106]",
    label = "moved here, and there is only one",
    note = "borrow it, or move it before or after"
)]
pub trait Kept {
    /// Another one.
    fn kept(&self) -> Self;
}

impl<T: Clone> Kept for T {
    fn kept(&self) -> T {
        self.clone()
    }
}

/// What the branches of a tensor `if` or `match` may give.
#[diagnostic::on_unimplemented(
    message = "a branch of a tensor `if` or `match` cannot give a `{Self}` [E0106]",
    label = "not a tree of owned tensors",
    note = "which branch runs is only known when the graph runs, so its value is a new tensor: give an owned one, such as `x.clone()` for `x`"
)]
pub trait Branching: 'static {
    /// Whether it is an error, which ends the trace.
    fn is_error(&self) -> bool {
        false
    }
    /// As values.
    fn leaves(&self) -> Leaves;
    /// Another one.
    fn copy(&self) -> Self;
    /// With other leaves.
    fn filled(&self, leaves: &Leaves) -> Self;
}

impl<T: Tree> Branching for T {
    fn leaves(&self) -> Leaves {
        Leaves::of(self)
    }

    fn copy(&self) -> Self {
        replace_leaves(self, &mut |_, leaf| leaf.clone())
    }

    fn filled(&self, leaves: &Leaves) -> Self {
        let mut values = leaves.values.iter();
        replace_leaves(self, &mut |_, leaf| match leaf.is_absent() {
            true => leaf.clone(),
            false => values.next().map_or_else(|| leaf.clone(), |&v| trace::with(|t| t.handle(v))),
        })
    }
}

impl<T: Tree, E: Clone + 'static> Branching for Result<T, E> {
    fn is_error(&self) -> bool {
        self.is_err()
    }

    fn leaves(&self) -> Leaves {
        self.as_ref().map_or_else(|_| Leaves::default(), Leaves::of)
    }

    fn copy(&self) -> Self {
        match self {
            Ok(value) => Ok(value.copy()),
            Err(error) => Err(error.clone()),
        }
    }

    fn filled(&self, leaves: &Leaves) -> Self {
        match self {
            Ok(value) => Ok(value.filled(leaves)),
            Err(error) => Err(error.clone()),
        }
    }
}

/// A pattern of a `match`, as an interval that includes both ends; the least and greatest numbers stand for no end.
pub(super) type Interval = (i128, i128);

/// What a `match` on numbers goes by: a host integer, `bool`, or a scalar tensor of those.
#[diagnostic::on_unimplemented(message = "a `match` on numbers goes by an integer or a scalar tensor of integers, not `{Self}` [E0106]")]
pub trait Choose {
    /// What drives the `match`.
    type Branch;
    /// What drives the `if` of one arm.
    type Condition: Condition;
    /// The host's type of what is matched.
    type Host;
    /// Drives a `match` whose arms have these patterns; the last arm takes the rest.
    #[track_caller]
    fn choose(&self, arms: &[&[Interval]], host: impl Fn(Self::Host) -> usize) -> Self::Branch;
    /// Whether one of the patterns matches.
    #[track_caller]
    fn is(&self, patterns: &[Interval]) -> Self::Condition;
}

macro_rules! host {
    ($($t:ty),*) => { $(
        impl Choose for $t {
            type Branch = HostBranch;
            type Condition = bool;
            type Host = $t;
            fn choose(&self, _: &[&[Interval]], host: impl Fn($t) -> usize) -> HostBranch {
                HostBranch { arm: host(*self) }
            }
            fn is(&self, patterns: &[Interval]) -> bool {
                patterns.iter().any(|p| (p.0..=p.1).contains(&(*self as i128)))
            }
        }
    )* };
}
host!(bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl<T: Element> Choose for Tensor<T> {
    type Branch = GraphBranch;
    type Condition = Tensor<bool>;
    type Host = T;

    fn choose(&self, arms: &[&[Interval]], _: impl Fn(T) -> usize) -> GraphBranch {
        let location = Location::caller();
        integer(&self.any, &location);
        let number = |n: usize| raw::scalar(gomlx_ir::DType::I32, n as f64);
        let mut index = number(arms.len() - 1);
        for (i, patterns) in arms.iter().enumerate().rev().filter(|(_, p)| !p.is_empty()) {
            index = raw::select(&self.is(patterns).any, &number(i), &index);
        }
        let chooser = scalar("match", &index, &location);
        GraphBranch::new(Op::Case, chooser, arms.len(), location)
    }

    fn is(&self, patterns: &[Interval]) -> Tensor<bool> {
        integer(&self.any, &Location::caller());
        let mut any: Option<Tensor<bool>> = None;
        for &(low, high) in patterns {
            let at_least = || self.ge(low as i64);
            let at_most = || self.le(high as i64);
            let one = match (low == i128::MIN, high == i128::MAX) {
                _ if low == high => self.eq(low as i64),
                (true, true) => Tensor::scalar(true),
                (false, true) => at_least(),
                (true, false) => at_most(),
                (false, false) => at_least() & at_most(),
            };
            any = Some(any.map_or_else(|| one.clone(), |a| a | &one));
        }
        any.unwrap_or_else(|| Tensor::scalar(true))
    }
}

impl<C: Choose> Choose for &C {
    type Branch = C::Branch;
    type Condition = C::Condition;
    type Host = C::Host;

    fn choose(&self, arms: &[&[Interval]], host: impl Fn(C::Host) -> usize) -> C::Branch {
        C::choose(self, arms, host)
    }

    fn is(&self, patterns: &[Interval]) -> C::Condition {
        C::is(self, patterns)
    }
}

fn integer(tensor: &AnyTensor, location: &Location) {
    if !tensor.dtype().is_int() && tensor.dtype() != gomlx_ir::DType::Bool {
        let error = Diagnostic::new(Code::DType, format!("match: {tensor} is not an integer"));
        trace::fail(error.note("match on `.cast::<i32>()`, or compare with `if`").at(Some(location)));
    }
    if tensor.rank() != 0 && !tensor.is_poisoned() {
        let error = Diagnostic::new(Code::Shape, format!("match: {tensor} is not a scalar"));
        trace::fail(error.note("match on one element: `.at(i)`").at(Some(location)));
    }
}

/// Drives a `match` on numbers.
#[track_caller]
pub fn choice<S: Choose>(scrutinee: &S, arms: &[&[Interval]], host: impl Fn(S::Host) -> usize) -> S::Branch {
    scrutinee.choose(arms, host)
}

/// Drives an `if`.
#[track_caller]
pub fn branch<C: Condition>(condition: C) -> C::Branch {
    condition.branch()
}
