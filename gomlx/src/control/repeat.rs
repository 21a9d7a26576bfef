// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `while`: on a `bool` it is Rust's; on a tensor its condition and body are traced once each.

use std::marker::PhantomData;

use gomlx_ir::{Code, Diagnostic, Location, RegionId, ValueId};

use super::condition::{Condition, scalar};
use super::exits;
use super::slot::{self, Leaves, Slot};
use super::step::{self, Extra, Step, Stepped};
use crate::trace;

/// Drives a `while` whose condition is a `C`.
pub struct Repeat<C> {
    stage: Stage,
    location: Location,
    condition: PhantomData<fn() -> C>,
}

enum Stage {
    /// The condition before the loop is traced, where the loop stands: whether it changes state decides what follows.
    Before {
        instructions: usize,
        held: Vec<Leaves>,
    },
    /// The body is traced; the condition at its end too, if that changes state.
    Body {
        step: Step,
        first: Option<ValueId>,
    },
    /// The condition is traced in a region of its own.
    Condition {
        stepped: Stepped,
        region: RegionId,
        params: Vec<Leaves>,
    },
    /// The condition is traced at the end of the body.
    BodyCondition {
        step: Step,
        first: ValueId,
        /// Whether the step broke off, if it may have: then the condition is not asked.
        broken: Option<ValueId>,
    },
    Start,
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

    /// What follows belongs to the trace; empty on the host.
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
                let held = slot::leaves(slots);
                let instructions = trace::with(|t| {
                    let region = t.region();
                    t.function().region(region).insts.len()
                });
                Stage::Before { instructions, held }
            }
            Stage::Body { step, first: Some(first) } => {
                let broken = step.unless_broken(slots);
                Stage::BodyCondition { step, first, broken }
            }
            Stage::Body { step, first: None } => {
                let body = step.region;
                let stepped = step.end(slots, false);
                trace::with(|t| t.leave_region(body));
                let (region, params) = step::enter(slots, stepped.initial());
                Stage::Condition { stepped, region, params }
            }
            other => other,
        };
    }

    /// After the condition; whether the body is to be traced now.
    #[track_caller]
    pub fn test(&mut self, condition: C, slots: &mut [Slot<'_>]) -> bool {
        let Err(condition) = condition.parts() else { return false };
        let value = scalar("while", &condition, &self.location);
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Before { instructions, held } => {
                let changes = slot::leaves(slots).iter().zip(&held).any(|(a, b)| a.values != b.values || a.structure != b.structure);
                if !changes {
                    trace::with(|t| {
                        let region = t.region();
                        t.function().region_mut(region).insts.truncate(instructions);
                    });
                }
                let step = Step::begin("while", slots, self.location.clone());
                self.stage = Stage::Body { step, first: changes.then_some(value) };
                true
            }
            Stage::Condition { stepped, region, params } => {
                trace::with(|t| t.leave_region(region));
                let mut extras = vec![];
                let going = stepped.with_break(region, value, &mut extras);
                stepped.finish(slots, region, &params, going, &extras);
                false
            }
            Stage::BodyCondition { step, first, broken } => {
                let value = if broken.is_some() { step.or_broken(slots, value) } else { value };
                let body = step.region;
                let stepped = step.end(slots, false);
                trace::with(|t| t.leave_region(body));
                let (region, params) = step::enter(slots, stepped.initial());
                trace::with(|t| t.leave_region(region));
                let shape = trace::with(|t| t.function().shape(first).clone());
                let in_body = step::param(body, shape.clone(), "going");
                let in_condition = step::param(region, shape, "going");
                let going = Extra { initial: first, in_body, in_condition, yielded: value };
                stepped.finish(slots, region, &params, in_condition, &[going]);
                false
            }
            Stage::Start | Stage::Body { .. } | Stage::Done => false,
        }
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
