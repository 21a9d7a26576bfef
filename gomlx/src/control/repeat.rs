// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `while`: on a `bool` it is Rust's; on a tensor its condition and its body are traced once each.

use std::marker::PhantomData;

use gomlx_ir::compose::control::{LoopBuilder, StepBuilder};
use gomlx_ir::{Code, Diagnostic, Location, ValueId};

use super::condition::{Condition, scalar};
use super::slot::{self, Leaves, Slot};
use super::step::TracedStep;
use super::{exits, settle};
use crate::trace;

/// Drives a `while` whose condition is a `C`.
pub struct Repeat<C> {
    stage: Stage,
    location: Location,
    condition: PhantomData<fn() -> C>,
}

enum Stage {
    Start,
    /// The condition is traced where the loop stands, to learn whether it changes variables.
    Before {
        /// The number of instructions before it.
        instructions: usize,
        variables: Vec<Leaves>,
    },
    /// The body is traced. If the condition changes variables, it is traced at the end of the body too, and `first` is
    /// its value before the loop.
    Body {
        builder: StepBuilder,
        step: TracedStep,
        first: Option<ValueId>,
    },
    /// The condition is traced in a region of its own.
    Condition {
        builder: LoopBuilder,
        before: Vec<Leaves>,
    },
    /// The condition is traced at the end of the body.
    BodyCondition {
        builder: StepBuilder,
        step: TracedStep,
        first: ValueId,
        /// Whether a `break` was taken, if there is one: the condition is not evaluated then.
        broken: Option<ValueId>,
    },
    Done,
}

/// Begins a `while`.
#[track_caller]
pub fn repeat<C: Condition>() -> Repeat<C> {
    Repeat { stage: Stage::Start, location: Location::caller(), condition: PhantomData }
}

impl<C: Condition> Repeat<C> {
    /// Whether the condition is only known when the graph runs.
    pub fn is_graph(&self) -> bool {
        C::GRAPH
    }

    /// What follows belongs to the trace. The type has no values on the host.
    pub fn graph(&self) -> C::Graph {
        C::graph()
    }

    /// The condition on the host.
    pub fn holds(&self, condition: C) -> bool {
        condition.parts().unwrap_or(false)
    }

    /// Before the condition.
    pub fn enter(&mut self, slots: &mut [Slot<'_>]) {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Start => {
                let variables = slot::leaves(slots);
                let instructions = trace::with(|t| {
                    let region = t.region();
                    t.function().region(region).insts.len()
                });
                Stage::Before { instructions, variables }
            }
            Stage::Body { builder, step, first: Some(first) } => {
                let broken = step.unless_broken(slots);
                Stage::BodyCondition { builder, step, first, broken }
            }
            Stage::Body { builder, step, first: None } => {
                let (before, yielded, broken) = step.end(slots);
                let builder = settle(trace::with(|t| builder.end(t.function(), &yielded, broken)), &self.location);
                trace::with(|t| t.reenter_region(builder.condition()));
                slot::fill(slots, &slot::with_values(&before, builder.params()));
                Stage::Condition { builder, before }
            }
            other => other,
        };
    }

    /// After the condition. Gives whether the body is to be traced now.
    #[track_caller]
    pub fn test(&mut self, condition: C, slots: &mut [Slot<'_>]) -> bool {
        let Err(condition) = condition.parts() else { return false };
        let value = scalar("while", &condition, &self.location);
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Before { instructions, variables } => {
                let before = slot::leaves(slots);
                let changes = before.iter().zip(&variables).any(|(a, b)| a.values != b.values || a.structure != b.structure);
                if !changes {
                    trace::with(|t| {
                        let region = t.region();
                        t.function().region_mut(region).insts.truncate(instructions);
                    });
                }
                let builder = trace::with(|t| StepBuilder::begin(t.function(), "while", slot::named(slots, &before)));
                let step = TracedStep::begin("while", &builder, slots, before, self.location.clone());
                self.stage = Stage::Body { builder, step, first: changes.then_some(value) };
                true
            }
            Stage::Condition { builder, before } => {
                trace::with(|t| t.leave_region(builder.condition()));
                self.close(builder, value, &before, slots);
                false
            }
            Stage::BodyCondition { builder, step, first, broken } => {
                let value = if broken.is_some() { step.or_broken(slots, value) } else { value };
                let (before, yielded, _) = step.end(slots);
                let mut builder = settle(trace::with(|t| builder.end(t.function(), &yielded, None)), &self.location);
                let going = trace::with(|t| {
                    let shape = t.function().shape(first).clone();
                    let in_body = builder.param(t.function(), shape, "going");
                    builder.carry(t.function(), Some(first), in_body, value)
                });
                self.close(builder, going, &before, slots);
                false
            }
            Stage::Start | Stage::Body { .. } | Stage::Done => false,
        }
    }

    fn close(&self, builder: LoopBuilder, going: ValueId, before: &[Leaves], slots: &mut [Slot<'_>]) {
        let after = trace::with(|t| builder.close(&mut t.builder(Some(self.location.clone())), going));
        slot::fill(slots, &slot::with_values(before, settle(after, &self.location).variables));
    }

    /// After the loop, whose body must have come to its end.
    pub fn finish(&mut self) {
        if let Stage::Body { .. } = std::mem::replace(&mut self.stage, Stage::Done) {
            trace::fail(
                Diagnostic::new(Code::Control, "while: a step always ends in `break`")
                    .note("write an `if` in the place of the loop, or put the `break` under a tensor condition")
                    .at(Some(&self.location)),
            );
        }
    }
}

impl<C> Drop for Repeat<C> {
    fn drop(&mut self) {
        let open = !matches!(self.stage, Stage::Start | Stage::Done);
        if open && trace::active() && !std::thread::panicking() {
            exits::left(&self.location);
        }
    }
}
