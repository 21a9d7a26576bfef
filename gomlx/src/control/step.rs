// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One traced step of a loop, and the `while` that is made of it.

use gomlx_ir::{Code, Diagnostic, Location, Op, RegionId, Shape, ValueId};

use super::exits;
use super::merge::{Outcome, flag};
use super::slot::{self, Held, Leaves, Slot};
use crate::{AnyTensor, trace};

/// The body of a loop while it is traced, on parameters in the place of the variables.
pub(super) struct Step {
    construct: &'static str,
    location: Location,
    /// What the variables held before the loop.
    initial: Vec<Leaves>,
    pub(super) region: RegionId,
    pub(super) params: Vec<Leaves>,
    pub(super) mark: usize,
    depth: usize,
}

/// A step that is complete.
pub(super) struct Stepped {
    construct: &'static str,
    location: Location,
    initial: Vec<Leaves>,
    body: RegionId,
    params: Vec<Leaves>,
    yielded: Vec<Leaves>,
    /// Whether a `break` was taken.
    pub(super) broken: Option<ValueId>,
}

/// State of a loop that is no variable of the user's: its counter, what it collects, whether it was left.
pub(super) struct Extra {
    pub(super) initial: ValueId,
    pub(super) in_body: ValueId,
    pub(super) in_condition: ValueId,
    pub(super) yielded: ValueId,
}

/// Begins a region on parameters like some values, and gives the variables those parameters.
pub(super) fn enter(slots: &mut [Slot<'_>], like: &[Leaves]) -> (RegionId, Vec<Leaves>) {
    let (region, params) = trace::with(|t| {
        let region = t.enter_region();
        let mut params = vec![];
        for (leaves, slot) in like.iter().zip(&*slots) {
            let mut param = |&value: &ValueId| {
                let shape = t.function().shape(value).clone();
                let param = t.function().add_region_param(region, shape);
                t.function().set_name(param, slot.name);
                param
            };
            params.push(Leaves { values: leaves.values.iter().map(&mut param).collect(), structure: leaves.structure.clone() });
        }
        (region, params)
    });
    slot::fill(slots, &params);
    (region, params)
}

/// A parameter more of a region.
pub(super) fn param(region: RegionId, shape: Shape, name: &str) -> ValueId {
    trace::with(|t| {
        let param = t.function().add_region_param(region, shape);
        t.function().set_name(param, name);
        param
    })
}

impl Step {
    pub(super) fn begin(construct: &'static str, slots: &mut [Slot<'_>], location: Location) -> Step {
        let initial = slot::leaves(slots);
        let (region, params) = enter(slots, &initial);
        let depth = exits::begin(slots.iter().map(|s| s.name).collect(), true);
        Step { construct, location, initial, region, params, mark: exits::mark(), depth }
    }

    /// Whether part of the step only happens if no `continue` or `break` was taken before.
    pub(super) fn is_partial(&self) -> bool {
        exits::mark() > self.mark
    }

    /// Ends what is partial, so that what follows happens unless the step broke off. Gives whether it did.
    pub(super) fn unless_broken(&self, slots: &mut [Slot<'_>]) -> Option<ValueId> {
        let merged = self.merged(slots, false);
        slot::fill(slots, &merged.slots);
        let broken = *merged.value.values.first()?;
        exits::unless(broken, slots, &self.location);
        Some(broken)
    }

    /// Ends what only happens unless the step broke off: the value of a condition, which is false if it did.
    pub(super) fn or_broken(&self, slots: &mut [Slot<'_>], going: ValueId) -> ValueId {
        let now = Outcome::of(slots, Leaves { values: vec![going], structure: vec![] });
        let merged = exits::close_all(self.mark, now);
        slot::fill(slots, &merged.slots);
        merged.value.values[0]
    }

    /// What the variables hold where the exits of the step come together, and whether a `break` was taken, if there are exits.
    fn merged(&self, slots: &[Slot<'_>], broken: bool) -> Outcome {
        let region = trace::with(|t| t.region());
        let flag = (self.is_partial() || broken).then(|| trace::with(|t| flag(t, region, broken)));
        exits::close_all(self.mark, Outcome::of(slots, Leaves { values: flag.into_iter().collect(), structure: vec![] }))
    }

    /// Ends the step; its region stays the current one. `broken` says that it always ends the loop.
    pub(super) fn end(self, slots: &mut [Slot<'_>], broken: bool) -> Stepped {
        exits::end(self.depth);
        let merged = self.merged(slots, broken);
        for (i, slot) in slots.iter().enumerate() {
            self.check(slot, &merged.slots[i], &self.params[i]);
        }
        slot::fill(slots, &merged.slots);
        Stepped {
            construct: self.construct,
            location: self.location,
            initial: self.initial,
            body: self.region,
            params: self.params,
            yielded: merged.slots,
            broken: merged.value.values.first().copied(),
        }
    }

    fn check(&self, slot: &Slot<'_>, after: &Leaves, before: &Leaves) {
        let (name, construct) = (slot.name, self.construct);
        let fail = |error: Diagnostic| -> ! { trace::fail(error.at(Some(&self.location))) };
        if after.structure != before.structure {
            let error = match slot.held {
                Held::Rows(_) => Diagnostic::new(
                    Code::Control,
                    format!("{construct}: `{name}` is pushed to in a loop whose number of steps is not known"),
                )
                .note("push rows in a `for .. in rolled(..)` over host numbers or rows"),
                Held::Tree(_) | Held::Seen(_) | Held::Nothing => Diagnostic::new(
                    Code::Control,
                    format!("{construct}: a step changes host values, lengths or parts of `{name}`, and the steps are traced once for all"),
                )
                .note("keep a number that counts steps as `Tensor::scalar(..)`, and collect rows in `Rows`, each in a `let` of its own"),
            };
            fail(error);
        }
        for (&a, &b) in after.values.iter().zip(&before.values) {
            let (after, before) = trace::with(|t| (t.function().shape(a).clone(), t.function().shape(b).clone()));
            if after != before {
                fail(
                    Diagnostic::new(Code::Shape, format!("{construct}: `{name}` is {before} before a step and {after} after it"))
                        .note("the state of a loop keeps its shape"),
                );
            }
            if a != b && matches!(slot.held, Held::Seen(_)) {
                fail(slot::seen_changed(name, construct));
            }
        }
    }
}

impl Stepped {
    /// What the variables hold at the beginning of a step.
    pub(super) fn initial(&self) -> &[Leaves] {
        &self.initial
    }

    /// Adds the state of `break`, if there is one, to a loop that goes on while `condition` holds.
    pub(super) fn with_break(&self, condition_region: RegionId, condition: ValueId, extras: &mut Vec<Extra>) -> ValueId {
        let Some(broken) = self.broken else { return condition };
        let shape = Shape::scalar(gomlx_ir::DType::Bool);
        let in_body = param(self.body, shape.clone(), "broken");
        let in_condition = param(condition_region, shape, "broken");
        trace::with(|t| {
            let region = t.region();
            let initial = flag(t, region, false);
            extras.push(Extra { initial, in_body, in_condition, yielded: broken });
            let mut builder = gomlx_ir::Builder::new(t.function(), condition_region);
            let going = builder.unary(gomlx_ir::UnaryOp::Not, in_condition);
            builder.binary(gomlx_ir::BinaryOp::And, condition, going)
        })
    }

    /// The loop, in the current region; gives the variables what they hold after it, and what became of the extras.
    pub(super) fn finish(
        self,
        slots: &mut [Slot<'_>],
        condition_region: RegionId,
        in_condition: &[Leaves],
        condition: ValueId,
        extras: &[Extra],
    ) -> Vec<AnyTensor> {
        let mut after = self.initial.clone();
        let (mut operands, mut results, mut order_body, mut order_condition) = (vec![], vec![], vec![], vec![]);
        for extra in extras {
            operands.push(extra.initial);
            results.push(extra.yielded);
            order_body.push(extra.in_body);
            order_condition.push(extra.in_condition);
        }
        let (mut kept, mut unchanged_body, mut unchanged_condition) = (vec![], vec![], vec![]);
        for (s, initial) in self.initial.iter().enumerate() {
            for (leaf, &initial) in initial.values.iter().enumerate() {
                let (body, yielded, condition) = (self.params[s].values[leaf], self.yielded[s].values[leaf], in_condition[s].values[leaf]);
                if body == yielded {
                    unchanged_body.push((body, initial));
                    unchanged_condition.push((condition, initial));
                    continue;
                }
                kept.push((s, leaf));
                operands.push(initial);
                results.push(yielded);
                order_body.push(body);
                order_condition.push(condition);
            }
        }
        if operands.is_empty() {
            trace::fail(
                Diagnostic::new(Code::Control, format!("{}: no step changes a tensor, so that it runs never or forever", self.construct))
                    .note("assign what the condition depends on: `y = ..;`")
                    .at(Some(&self.location)),
            );
        }
        let made = trace::with(|t| {
            let function = t.function();
            function.region_mut(condition_region).results = vec![condition];
            function.region_mut(self.body).results = results;
            function.replace_region_params(self.body, &unchanged_body);
            function.replace_region_params(condition_region, &unchanged_condition);
            function.order_region_params(self.body, &order_body);
            function.order_region_params(condition_region, &order_condition);
            t.push_values(Op::While, &operands, &[condition_region, self.body], &self.location)
        });
        let made = made.unwrap_or_else(|error| trace::fail(error));
        for (&(s, leaf), &value) in kept.iter().zip(&made[extras.len()..]) {
            after[s].values[leaf] = value;
        }
        slot::fill(slots, &after);
        trace::with(|t| made[..extras.len()].iter().map(|&v| t.handle(v)).collect())
    }
}
