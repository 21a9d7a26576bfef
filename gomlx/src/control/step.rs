// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The body of a loop while it is traced once, on parameters in the place of the variables.

use gomlx_ir::compose::control::StepBuilder;
use gomlx_ir::{Code, Diagnostic, Location, RegionId, ValueId};

use super::exits;
use super::merge::{RegionEnd, flag};
use super::slot::{self, Contents, Leaves, Slot};
use crate::trace;

/// The variables of a loop while its body is traced.
pub(super) struct TracedStep {
    construct: &'static str,
    location: Location,
    body: RegionId,
    /// The variables before the loop.
    before: Vec<Leaves>,
    /// The variables at the beginning of the body.
    pub(super) params: Vec<Leaves>,
    /// The number of branches that were open before the body.
    pub(super) mark: usize,
    depth: usize,
}

impl TracedStep {
    /// Begins to trace a body: its parameters become the variables.
    pub(super) fn begin(
        construct: &'static str,
        step: &StepBuilder,
        slots: &mut [Slot<'_>],
        before: Vec<Leaves>,
        location: Location,
    ) -> TracedStep {
        let body = step.body();
        trace::with(|t| t.reenter_region(body));
        let params = slot::with_values(&before, step.params());
        slot::fill(slots, &params);
        let depth = exits::begin(slots.iter().map(|s| s.name).collect(), true);
        TracedStep { construct, location, body, before, params, mark: exits::mark(), depth }
    }

    /// Whether a `continue` or `break` may have ended the step before.
    fn may_have_ended(&self) -> bool {
        exits::mark() > self.mark
    }

    /// Ends the part of the step that a `break` skips, and begins a part that only a `break` skips. Gives whether a
    /// `break` was taken, if there was one.
    pub(super) fn unless_broken(&self, slots: &mut [Slot<'_>]) -> Option<ValueId> {
        let merged = self.merged(slots);
        slot::fill(slots, &merged.slots);
        let broken = *merged.value.values.first()?;
        exits::unless(broken, slots, &self.location);
        Some(broken)
    }

    /// Ends the part that only a `break` skips: the value of a condition, which is false after a `break`.
    pub(super) fn or_broken(&self, slots: &mut [Slot<'_>], going: ValueId) -> ValueId {
        let now = RegionEnd::of(slots, Leaves { values: vec![going], structure: vec![] });
        let merged = exits::close_all(self.mark, now);
        slot::fill(slots, &merged.slots);
        merged.value.values.first().copied().unwrap_or(going)
    }

    /// The variables where the exits of the step come together, and whether a `break` was taken, if there are exits.
    fn merged(&self, slots: &[Slot<'_>]) -> RegionEnd {
        let region = trace::with(|t| t.region());
        let flag = self.may_have_ended().then(|| trace::with(|t| flag(t, region, false)));
        exits::close_all(self.mark, RegionEnd::of(slots, Leaves { values: flag.into_iter().collect(), structure: vec![] }))
    }

    /// Ends the body. Gives the variables before the loop, their values at the end of the body, and whether a `break`
    /// was taken, if there is one.
    pub(super) fn end(self, slots: &mut [Slot<'_>]) -> (Vec<Leaves>, Vec<ValueId>, Option<ValueId>) {
        exits::end(self.depth);
        let merged = self.merged(slots);
        for (i, slot) in slots.iter().enumerate() {
            self.check(slot, &merged.slots[i], &self.params[i]);
        }
        trace::with(|t| t.leave_region(self.body));
        (self.before, slot::flat(&merged.slots), merged.value.values.first().copied())
    }

    fn check(&self, slot: &Slot<'_>, after: &Leaves, before: &Leaves) {
        let (name, construct) = (slot.name, self.construct);
        let fail = |error: Diagnostic| -> ! { trace::fail(error.at(Some(&self.location))) };
        if after.structure != before.structure {
            let (message, note) = match slot.contents {
                Contents::Rows(_) => (
                    format!("{construct}: `{name}` is pushed to in a loop whose number of steps is not known"),
                    "push rows in a `for .. in rolled(..)` over host numbers or rows",
                ),
                Contents::Tree(_) | Contents::Seen(_) | Contents::Nothing => (
                    format!("{construct}: a step changes host values, lengths or parts of `{name}`, and the steps are traced once for all"),
                    "keep a number that counts steps as `Tensor::scalar(..)`, and collect rows in `Rows`, each in a `let` of its own",
                ),
            };
            fail(Diagnostic::new(Code::Control, message).note(note));
        }
        if after.values != before.values && matches!(slot.contents, Contents::Seen(_)) {
            fail(slot::seen_changed(name, construct));
        }
    }
}
