// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `for .. in rolled(..)`: a loop that stays a loop in the graph.

use std::ops::{Range, RangeInclusive};

use gomlx_ir::{Axes, BinaryOp, Code, DType, Diagnostic, Direction, Element, HostTensor, Location, Op, Shape, ValueId};

use super::slot::{Held, Leaves, Slot};
use super::step::{self, Extra, Step};
use super::{exits, rows};
use crate::emit::emit_one;
use crate::ops::raw;
use crate::trace;
use crate::{AnyTensor, Tensor};

/// What [`rolled`] repeats over.
#[diagnostic::on_unimplemented(
    message = "`rolled` does not repeat over `{Self}` [E0106]",
    note = "it takes a range of integers or scalar tensors of `i32`, a `&Tensor` for its rows, or a tuple of those tensors; any other `for` unrolls without `rolled`"
)]
pub trait Roll: Sized {
    /// What each step gets.
    type Item;
    /// The loop: [`Rolled`].
    type Steps;
    /// The first counter, and the one after the last.
    fn bounds(&self) -> [Bound; 2];
    /// What a step gets.
    #[track_caller]
    fn item(&self, counter: &Tensor<i32>) -> Self::Item;
    /// The loop over it.
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

/// A limit of a counter.
#[derive(Clone)]
pub enum Bound {
    /// Known while the graph is traced.
    Host(i64),
    /// Known when it runs.
    Graph(Tensor<i32>),
}

impl Bound {
    /// The next number.
    #[track_caller]
    fn next(self) -> Bound {
        match self {
            Bound::Host(n) => Bound::Host(n.saturating_add(1)),
            Bound::Graph(n) => Bound::Graph(n + 1),
        }
    }

    fn tensor(&self) -> AnyTensor {
        match self {
            Bound::Host(n) => match i32::try_from(*n) {
                Ok(n) => trace::constant(HostTensor::scalar(n)),
                Err(_) => trace::fail(Diagnostic::new(Code::Attribute, format!("rolled: {n} is beyond the `i32` that counts the steps"))),
            },
            Bound::Graph(tensor) => tensor.any.clone(),
        }
    }
}

/// A bound of a counter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not count the steps of a `rolled` loop [E0106]",
    note = "a bound is an integer of the host or a scalar `Tensor<i32>`: `.cast::<i32>()` makes one of other numbers"
)]
pub trait Limit {
    /// As a limit.
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
        [self.start().bound(), self.end().bound().next()]
    }

    fn item(&self, counter: &Tensor<i32>) -> Tensor<i32> {
        counter.clone()
    }
}

/// From one bound to before another, which may be of another type.
pub struct Between([Bound; 2]);

/// `first..end` where one of them may be a tensor.
pub fn between(first: impl Limit, end: impl Limit) -> Between {
    Between([first.bound(), end.bound()])
}

/// `first..=last` where one of them may be a tensor.
#[track_caller]
pub fn through(first: impl Limit, last: impl Limit) -> Between {
    Between([first.bound(), last.bound().next()])
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

#[track_caller]
fn row(tensor: &AnyTensor, counter: &AnyTensor) -> AnyTensor {
    let zero = raw::scalar(DType::I32, 0.0);
    let mut operands = vec![tensor, counter];
    operands.resize(1 + tensor.rank(), &zero);
    let mut sizes: Axes = tensor.dims().into();
    sizes[0] = 1;
    let row = emit_one(Op::DynamicSlice(sizes), &operands);
    raw::reshape(&row, &tensor.dims()[1..])
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
                Tensor::wrap(row(&self.any, &counter.any))
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
                let all = [$(self.$i.bounds()),*];
                let steps = |b: &[Bound; 2]| match b {
                    [Bound::Host(a), Bound::Host(b)] => Some((*a, *b)),
                    _ => None,
                };
                if all.iter().any(|b| steps(b).is_none() || steps(b) != steps(&all[0])) {
                    let written: Vec<_> = all.iter().map(|b| steps(b).map_or("?".to_owned(), |(a, b)| format!("{}", b - a))).collect();
                    trace::fail(
                        Diagnostic::new(Code::Shape, format!("rolled: the parts have {} steps", written.join(" and ")))
                            .note("what is repeated over together has the same first axis"),
                    );
                }
                all[0].clone()
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

/// A loop that stays a loop in the graph: `for i in rolled(0..n)` with a `Tensor<i32>` counter, `for row in
/// rolled(&x)` over the first axis. Its body is traced once, and the tensors that it assigns are the loop's state.
/// Without `#[graph]` around it, it is an iterator, and unrolls.
pub fn rolled<R: Roll>(over: R) -> R::Steps {
    over.steps()
}

/// See [`rolled`].
pub struct Rolled<R> {
    over: R,
    stage: Stage,
    /// Steps taken where it unrolls.
    next: i64,
    location: Location,
}

#[expect(clippy::large_enum_variant, reason = "there is one for each loop being traced")]
enum Stage {
    Start,
    Body { step: Box<Step>, first: AnyTensor, limit: AnyTensor, counter: ValueId, blocks: Vec<usize> },
    Done,
}

impl<R: Roll> Rolled<R> {
    /// Before a step, and after the last: the body is traced while this is true.
    #[track_caller]
    pub fn turn(&mut self, slots: &mut [Slot<'_>]) -> bool {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Start => {
                self.location = Location::caller();
                let [first, limit] = self.over.bounds();
                let (first, limit) = (first.tensor(), limit.tensor());
                let step = Box::new(Step::begin("rolled", slots, self.location.clone()));
                let counter = step::param(step.region, Shape::scalar(DType::I32), "i");
                let blocks = slots.iter().map(|s| if let Held::Rows(rows) = &s.held { rows.blocks() } else { 0 }).collect();
                self.stage = Stage::Body { step, first, limit, counter, blocks };
                true
            }
            Stage::Body { step, first, limit, counter, blocks } => {
                self.close(slots, *step, &first, &limit, counter, &blocks);
                false
            }
            Stage::Done => false,
        }
    }

    /// What the step gets.
    #[track_caller]
    pub fn item(&self) -> R::Item {
        let Stage::Body { counter, .. } = self.stage else { unreachable!("a step is being traced") };
        let counter = Tensor::wrap(trace::with(|t| t.handle(counter)));
        self.over.item(&counter)
    }

    fn close(&self, slots: &mut [Slot<'_>], step: Step, first: &AnyTensor, limit: &AnyTensor, counter: ValueId, blocks: &[usize]) {
        let body = step.region;
        let pushed = self.pushed(slots, &step, blocks);
        let stepped = step.end(slots, false);
        // Before any `continue` they were made in the step itself, which is the current region again.
        let handles = |blocks: &[ValueId]| -> Vec<AnyTensor> { trace::with(|t| blocks.iter().map(|&v| t.handle(v)).collect()) };
        let pushed: Vec<_> = pushed.into_iter().map(|(slot, blocks, steps)| (slot, rows::block(&handles(&blocks)), steps)).collect();
        let counter_handle = trace::with(|t| t.handle(counter));
        let one = raw::scalar(DType::I32, 1.0);
        let next = raw::binary(BinaryOp::Add, &counter_handle, &one);
        let mut yielded = vec![value(&next)];
        let mut buffers = vec![];
        for (_, block, steps) in &pushed {
            let rows = block.dims()[0];
            let mut dims = block.dims().to_vec();
            dims[0] *= steps;
            let buffer = step::param(body, Shape::new(block.dtype(), &dims), "rows");
            let offset = raw::binary(BinaryOp::Subtract, &counter_handle, first);
            let at = raw::binary(BinaryOp::Multiply, &offset, &raw::scalar(DType::I32, rows as f64));
            yielded.push(value(&rows::put(&trace::with(|t| t.handle(buffer)), block, &at)));
            buffers.push((buffer, block.dtype(), dims));
        }
        trace::with(|t| t.leave_region(body));
        let (region, params) = step::enter(slots, stepped.initial());
        let in_condition = step::param(region, Shape::scalar(DType::I32), "i");
        let going = raw::compare(Direction::Lt, &trace::with(|t| t.handle(in_condition)), limit);
        let going = value(&going);
        trace::with(|t| t.leave_region(region));
        let mut yielded = yielded.into_iter();
        let mut extras: Vec<Extra> = vec![];
        let mut extra = |initial, in_body, in_condition| {
            if let Some(yielded) = yielded.next() {
                extras.push(Extra { initial, in_body, in_condition, yielded });
            }
        };
        extra(value(first), counter, in_condition);
        for (buffer, dtype, dims) in buffers {
            let zeros = raw::broadcast_in_dim(&raw::scalar(dtype, 0.0), &dims, &[]);
            extra(value(&zeros), buffer, step::param(region, Shape::new(dtype, &dims), "rows"));
        }
        let going = stepped.with_break(region, going, &mut extras);
        let made = stepped.finish(slots, region, &params, going, &extras);
        for ((slot, ..), block) in pushed.into_iter().zip(made.into_iter().skip(1)) {
            if let Held::Rows(rows) = &mut slots[slot].held {
                rows.extend(block);
            }
        }
    }

    /// What the step pushed, taken off its variables and off what a `continue` took along: which variable, the blocks, and
    /// the number of steps.
    fn pushed(&self, slots: &mut [Slot<'_>], step: &Step, blocks: &[usize]) -> Vec<(usize, Vec<ValueId>, usize)> {
        let mut pushed = vec![];
        for (i, slot) in slots.iter_mut().enumerate() {
            let Held::Rows(rows) = &mut slot.held else { continue };
            let now = Leaves::of(&**rows);
            let block = now.values[blocks[i]..].to_vec();
            if block.is_empty() {
                continue;
            }
            rows.truncate(blocks[i]);
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
            let [Bound::Host(first), Bound::Host(end)] = self.over.bounds() else {
                fail(
                    format!("rolled: `{name}` collects rows in a loop whose number of steps is only known when the graph runs"),
                    "give the loop bounds of the host",
                );
            };
            exits::replace_taken(step.mark, name, &step.params[i]);
            pushed.push((i, block, usize::try_from(end - first).unwrap_or(0)));
        }
        pushed
    }
}

fn value(tensor: &AnyTensor) -> ValueId {
    match trace::with(|t| t.value(tensor)) {
        Ok(Some(value)) => value,
        Ok(None) => trace::abort(),
        Err(error) => trace::fail(error),
    }
}

impl<R> Drop for Rolled<R> {
    fn drop(&mut self) {
        if matches!(self.stage, Stage::Body { .. }) && trace::active() && !std::thread::panicking() {
            exits::left(&self.location);
        }
    }
}

impl<R: Roll> Iterator for Rolled<R> {
    type Item = R::Item;

    fn next(&mut self) -> Option<R::Item> {
        let [Bound::Host(first), Bound::Host(end)] = self.over.bounds() else {
            trace::fail(
                Diagnostic::new(Code::Control, "rolled: the number of steps is a tensor, so that the loop cannot be unrolled here")
                    .note("put the loop into a function marked `#[graph]`"),
            );
        };
        let counter = first + self.next;
        (counter < end).then(|| {
            self.next += 1;
            self.over.item(&Tensor::wrap(Bound::Host(counter).tensor()))
        })
    }
}
