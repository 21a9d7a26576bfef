// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `for .. in rolled(..)`: a loop that stays a loop in the graph.

use std::ops::{Range, RangeInclusive};

use gomlx_ir::compose::control::{self, Pushed, RolledBuilder};
use gomlx_ir::{Code, Diagnostic, Element, Location};

use super::slot::{self, Contents, Leaves, Slot};
use super::step::TracedStep;
use super::{exits, settle, value_of};
use crate::emit::compose_one;
use crate::trace;
use crate::{AnyTensor, Tensor};

/// The first number of a counter, or the one after its last.
type Bound = control::Bound<Tensor<i32>>;

/// A value that [`rolled`] repeats over.
#[diagnostic::on_unimplemented(
    message = "`rolled` does not repeat over `{Self}` [E0106]",
    note = "it takes a range of integers or scalar tensors of `i32`, a `&Tensor` for its rows, or a tuple of those tensors; any other `for` unrolls without `rolled`"
)]
pub trait Roll: Sized {
    /// The type of the item of a step.
    type Item;
    /// The loop: [`Rolled`].
    type Steps;
    /// The first number of the counter, and the one after the last.
    #[track_caller]
    fn bounds(&self) -> [Bound; 2];
    /// The item of a step.
    #[track_caller]
    fn item(&self, counter: &Tensor<i32>) -> Self::Item;
    /// The loop over this value.
    #[track_caller]
    fn steps(self) -> Self::Steps;
}

/// The loop of every implementation.
macro_rules! steps {
    () => {
        type Steps = Rolled<Self>;

        fn steps(self) -> Rolled<Self> {
            Rolled { over: self, stage: Stage::Start, next: 0, location: Location::caller() }
        }
    };
}

/// The bound after an included one.
#[track_caller]
fn after(last: Bound) -> Bound {
    match last {
        Bound::Host(n) => Bound::Host(n.saturating_add(1)),
        Bound::Graph(n) => Bound::Graph(n + 1),
    }
}

/// A bound of a counter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not count the steps of a `rolled` loop [E0106]",
    note = "a bound is an integer of the host or a scalar `Tensor<i32>`: `.cast::<i32>()` makes one of other numbers"
)]
pub trait Limit {
    /// This as a bound.
    fn bound(&self) -> Bound;
}

macro_rules! limits {
    ($($t:ty),*) => { $(
        #[diagnostic::do_not_recommend]
        impl Limit for $t {
            fn bound(&self) -> Bound {
                Bound::Host(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )* };
}
limits!(i32, i64, u32, u64, usize);

#[diagnostic::do_not_recommend]
impl Limit for Tensor<i32> {
    fn bound(&self) -> Bound {
        Bound::Graph(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl Limit for &Tensor<i32> {
    fn bound(&self) -> Bound {
        Bound::Graph((*self).clone())
    }
}

impl<L: Limit> Roll for Range<L> {
    type Item = Tensor<i32>;
    steps!();

    fn bounds(&self) -> [Bound; 2] {
        [self.start.bound(), self.end.bound()]
    }

    fn item(&self, counter: &Tensor<i32>) -> Tensor<i32> {
        counter.clone()
    }
}

#[diagnostic::do_not_recommend]
impl Limit for &mut Tensor<i32> {
    fn bound(&self) -> Bound {
        Bound::Graph((**self).clone())
    }
}

impl<L: Limit> Roll for RangeInclusive<L> {
    type Item = Tensor<i32>;
    steps!();

    fn bounds(&self) -> [Bound; 2] {
        [self.start().bound(), after(self.end().bound())]
    }

    fn item(&self, counter: &Tensor<i32>) -> Tensor<i32> {
        counter.clone()
    }
}

/// The numbers from one bound to before another, which may be of another type.
pub struct Between([Bound; 2]);

/// `first..end` where one of them may be a tensor.
pub fn between(first: impl Limit, end: impl Limit) -> Between {
    Between([first.bound(), end.bound()])
}

/// `first..=last` where one of them may be a tensor.
#[track_caller]
pub fn through(first: impl Limit, last: impl Limit) -> Between {
    Between([first.bound(), after(last.bound())])
}

#[diagnostic::do_not_recommend]
impl Roll for Between {
    type Item = Tensor<i32>;
    steps!();

    fn bounds(&self) -> [Bound; 2] {
        self.0.clone()
    }

    fn item(&self, counter: &Tensor<i32>) -> Tensor<i32> {
        counter.clone()
    }
}

#[track_caller]
fn rows_of(tensor: &AnyTensor) -> [Bound; 2] {
    match tensor.dims().first() {
        Some(&rows) => [Bound::Host(0), Bound::Host(rows as i64)],
        None => trace::fail_on(&[tensor], Diagnostic::new(Code::Shape, format!("rolled: {tensor} has no axis to repeat over"))),
    }
}

macro_rules! tensors {
    ($($t:ty),*) => { $(
        impl<T: Element> Roll for $t {
            type Item = Tensor<T>;
            steps!();

            fn bounds(&self) -> [Bound; 2] {
                rows_of(&self.any)
            }

            fn item(&self, counter: &Tensor<i32>) -> Tensor<T> {
                Tensor::wrap(compose_one("rolled", (), &[&self.any, &counter.any], |_, values| control::row(values[0], values[1])))
            }
        }
    )* };
}
tensors!(Tensor<T>, &Tensor<T>, &mut Tensor<T>);

macro_rules! tuples {
    ($($R:ident $i:tt),*) => {
        impl<$($R: Roll),*> Roll for ($($R,)*) {
            type Item = ($($R::Item,)*);
            steps!();

            fn bounds(&self) -> [Bound; 2] {
                match control::together(&[$(self.$i.bounds()),*]) {
                    Ok(bounds) => bounds,
                    Err(error) => trace::fail(error),
                }
            }

            fn item(&self, counter: &Tensor<i32>) -> Self::Item {
                ($(self.$i.item(counter),)*)
            }
        }
    };
}
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);

/// A loop that stays a loop in the graph: `for i in rolled(0..n)` counts with a `Tensor<i32>`, `for row in rolled(&x)`
/// goes over the first axis. Its body is traced once, and the tensors that it assigns are the loop's state. Outside
/// `#[graph]` the result is an iterator, and the loop unrolls.
#[track_caller]
pub fn rolled<R: Roll>(over: R) -> R::Steps {
    over.steps()
}

/// See [`rolled`].
pub struct Rolled<R> {
    over: R,
    stage: Stage,
    /// The number of steps that were taken, where the loop unrolls.
    next: i64,
    location: Location,
}

enum Stage {
    Start,
    Body(Box<Body>),
    Done,
}

/// A step while it is traced.
struct Body {
    builder: RolledBuilder,
    step: TracedStep,
    /// For each variable of rows, the number of blocks before the loop.
    blocks: Vec<usize>,
}

impl<R: Roll> Rolled<R> {
    /// Before a step, and after the last: the body is traced while this is true.
    #[track_caller]
    pub fn turn(&mut self, slots: &mut [Slot<'_>]) -> bool {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Start => {
                self.location = Location::caller();
                let bounds = self.over.bounds().map(|bound| match bound {
                    Bound::Host(n) => control::Bound::Host(n),
                    Bound::Graph(tensor) => control::Bound::Graph(value_of(&tensor.any, &self.location)),
                });
                let before = slot::leaves(slots);
                let builder = trace::with(|t| {
                    RolledBuilder::begin(&mut t.builder(Some(self.location.clone())), &bounds, slot::named(slots, &before))
                });
                let builder = builder.unwrap_or_else(|error| trace::fail(error.at(Some(&self.location))));
                let step = TracedStep::begin("rolled", builder.step(), slots, before, self.location.clone());
                let blocks = slots.iter().map(|s| if let Contents::Rows(rows) = &s.contents { rows.blocks() } else { 0 }).collect();
                self.stage = Stage::Body(Box::new(Body { builder, step, blocks }));
                true
            }
            Stage::Body(body) => {
                self.close(slots, *body);
                false
            }
            Stage::Done => false,
        }
    }

    /// The item of the step.
    #[track_caller]
    pub fn item(&self) -> R::Item {
        let Stage::Body(body) = &self.stage else { unreachable!("a step is being traced") };
        let counter = Tensor::wrap(trace::with(|t| t.handle(body.builder.counter())));
        self.over.item(&counter)
    }

    fn close(&self, slots: &mut [Slot<'_>], Body { builder, step, blocks }: Body) {
        let (pushed_to, pushed): (Vec<usize>, Vec<Pushed>) = self.pushed(slots, &step, &blocks).into_iter().unzip();
        let (before, yielded, broken) = step.end(slots);
        let closed = trace::with(|t| builder.close(&mut t.builder(Some(self.location.clone())), &yielded, broken, &pushed));
        let (variables, collected) = settle(closed, &self.location);
        slot::fill(slots, &slot::with_values(&before, variables));
        for (slot, block) in pushed_to.into_iter().zip(collected) {
            if let Contents::Rows(rows) = &mut slots[slot].contents {
                rows.extend(trace::with(|t| t.handle(block)));
            }
        }
    }

    /// Takes the rows that the step pushed off its variables, and off its exits. Gives each such variable and its rows.
    fn pushed(&self, slots: &mut [Slot<'_>], step: &TracedStep, before: &[usize]) -> Vec<(usize, Pushed)> {
        let mut pushed = vec![];
        for (i, slot) in slots.iter_mut().enumerate() {
            let Contents::Rows(rows) = &mut slot.contents else { continue };
            let now = Leaves::of(&**rows);
            let blocks = now.values[before[i]..].to_vec();
            if blocks.is_empty() {
                continue;
            }
            rows.truncate(before[i]);
            let name = slot.name;
            let fail = |message: String, note: &str| -> ! {
                trace::fail(Diagnostic::new(Code::Control, message).note(note.to_owned()).at(Some(&self.location)))
            };
            if !exits::all_took(step.mark, name, &now) {
                fail(
                    format!("rolled: `{name}` is pushed to after a `continue` under a tensor condition"),
                    "every step of a loop pushes the same number of rows: push before, or `select` what is pushed",
                );
            }
            let Some(steps) = Bound::steps(&self.over.bounds()) else {
                fail(
                    format!("rolled: `{name}` collects rows in a loop whose number of steps is only known when the graph runs"),
                    "give the loop bounds of the host",
                );
            };
            exits::replace_taken(step.mark, name, &step.params[i]);
            pushed.push((i, Pushed { blocks, steps }));
        }
        pushed
    }
}

impl<R> Drop for Rolled<R> {
    fn drop(&mut self) {
        if matches!(self.stage, Stage::Body(_)) && trace::active() && !std::thread::panicking() {
            exits::left(&self.location);
        }
    }
}

impl<R: Roll> Iterator for Rolled<R> {
    type Item = R::Item;

    #[track_caller]
    fn next(&mut self) -> Option<R::Item> {
        let [Bound::Host(first), Bound::Host(end)] = self.over.bounds() else {
            trace::fail(
                Diagnostic::new(Code::Control, "rolled: the number of steps is a tensor, so that the loop cannot be unrolled here")
                    .note("put the loop into a function marked `#[graph]`")
                    .at(Some(&self.location)),
            );
        };
        let counter = first + self.next;
        if counter >= end {
            return None;
        }
        self.next += 1;
        match control::counter(counter) {
            Ok(counter) => Some(self.over.item(&Tensor::wrap(trace::constant(counter)))),
            Err(error) => trace::fail(error.at(Some(&self.location))),
        }
    }
}
