// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One `if` or `case` of what regions leave behind.

use gomlx_ir::{Builder, Code, Diagnostic, HostTensor, Location, Op, RegionId, ValueId};

use super::slot::{self, Held, Leaves, Slot};
use crate::trace::{self, Trace};

/// What a region leaves behind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// Names of the variables.
    pub(super) names: Vec<&'static str>,
    /// What the variables hold, and which of them are only borrowed.
    pub(super) slots: Vec<Leaves>,
    pub(super) seen: Vec<bool>,
    /// Its value.
    pub(super) value: Leaves,
    /// An exit that was taken or not.
    pub(super) pending: Option<Pending>,
}

/// Whether an early exit was taken inside a branch, and what with.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// A scalar `bool`.
    pub(super) taken: ValueId,
    pub(super) payload: Leaves,
    /// The variables that go with it.
    pub(super) names: Vec<&'static str>,
}

impl Outcome {
    pub(super) fn of(slots: &[Slot<'_>], value: Leaves) -> Outcome {
        Outcome {
            names: slots.iter().map(|s| s.name).collect(),
            slots: slot::leaves(slots),
            seen: slots.iter().map(|s| matches!(s.held, Held::Seen(_))).collect(),
            value,
            pending: None,
        }
    }

    /// What a variable holds.
    pub(super) fn held(&self, name: &str) -> Option<&Leaves> {
        self.names.iter().position(|n| *n == name).map(|i| &self.slots[i])
    }

    /// The part of some variables.
    pub(super) fn only(&self, names: &[&'static str], value: Leaves) -> Outcome {
        let position =
            |name: &&'static str| self.names.iter().position(|n| n == name).expect("an exit takes along all that its boundary holds");
        let positions: Vec<usize> = names.iter().map(position).collect();
        Outcome {
            names: positions.iter().map(|&i| self.names[i]).collect(),
            slots: positions.iter().map(|&i| self.slots[i].clone()).collect(),
            seen: positions.iter().map(|&i| self.seen[i]).collect(),
            value,
            pending: None,
        }
    }
}

/// Which op chooses, by which value, written where.
pub(super) struct Choice<'a> {
    pub(super) op: Op,
    pub(super) chooser: ValueId,
    pub(super) location: &'a Location,
}

impl Choice<'_> {
    fn construct(&self) -> &'static str {
        if self.op == Op::Case { "match" } else { "if" }
    }

    /// Merges what regions leave behind; what they all leave alike needs no result.
    pub(super) fn merge(&self, regions: &[RegionId], outcomes: &mut [Outcome]) -> Outcome {
        trace::with(|t| align(t, regions, outcomes));
        let mut results: Vec<Vec<ValueId>> = vec![vec![]; regions.len()];
        // The places in the merged outcome that results go to.
        let mut places = vec![];
        let mut merged = outcomes[0].clone();
        for (s, name) in merged.names.iter().enumerate() {
            let parts: Vec<&Leaves> = outcomes.iter().map(|o| &o.slots[s]).collect();
            if parts.iter().any(|p| p.structure != parts[0].structure) {
                trace::fail(self.structure(name).at(Some(self.location)));
            }
            for leaf in differing(&parts) {
                if merged.seen[s] {
                    trace::fail(slot::seen_changed(name, self.construct()).at(Some(self.location)));
                }
                self.same_shape(&format!("`{name}`"), &parts, leaf);
                places.push(Place::Slot(s, leaf));
                results.iter_mut().zip(&parts).for_each(|(r, p)| r.push(p.values[leaf]));
            }
        }
        let values: Vec<&Leaves> = outcomes.iter().map(|o| &o.value).collect();
        if values.iter().any(|v| v.structure != values[0].structure) {
            trace::fail(self.structure("its value").at(Some(self.location)));
        }
        for leaf in differing(&values) {
            self.same_shape("the value", &values, leaf);
            places.push(Place::Value(leaf));
            results.iter_mut().zip(&values).for_each(|(r, v)| r.push(v.values[leaf]));
        }
        if merged.pending.is_some() {
            let all: Vec<&Pending> = outcomes.iter().filter_map(|o| o.pending.as_ref()).collect();
            places.push(Place::Taken);
            results.iter_mut().zip(&all).for_each(|(r, p)| r.push(p.taken));
            let payloads: Vec<&Leaves> = all.iter().map(|p| &p.payload).collect();
            for leaf in differing(&payloads) {
                self.same_shape("what is returned", &payloads, leaf);
                places.push(Place::Payload(leaf));
                results.iter_mut().zip(&payloads).for_each(|(r, p)| r.push(p.values[leaf]));
            }
        }
        let effects = trace::with(|t| regions.iter().any(|&region| t.function().has_effects(region)));
        if places.is_empty() && !effects {
            return merged;
        }
        let made = trace::with(|t| {
            for (&region, results) in regions.iter().zip(results) {
                t.function().region_mut(region).results = results;
            }
            t.push_values(self.op.clone(), &[self.chooser], regions, self.location)
        });
        let made = made.unwrap_or_else(|error| trace::fail(error));
        for (place, value) in places.into_iter().zip(made) {
            match (place, &mut merged.pending) {
                (Place::Slot(s, leaf), _) => merged.slots[s].values[leaf] = value,
                (Place::Value(leaf), _) => merged.value.values[leaf] = value,
                (Place::Taken, Some(pending)) => pending.taken = value,
                (Place::Payload(leaf), Some(pending)) => pending.payload.values[leaf] = value,
                (Place::Taken | Place::Payload(_), None) => {}
            }
        }
        merged
    }

    fn same_shape(&self, what: &str, parts: &[&Leaves], leaf: usize) {
        let shapes: Vec<_> = trace::with(|t| parts.iter().map(|p| t.function().shape(p.values[leaf]).clone()).collect());
        if let Some(other) = shapes.iter().find(|&s| *s != shapes[0]) {
            let construct = self.construct();
            trace::fail(
                Diagnostic::new(Code::Shape, format!("{construct}: {what} is {} after one branch and {other} after another", shapes[0]))
                    .note(format!(
                        "which branch of a tensor `{construct}` runs is only known when the graph runs, so all leave the same shapes"
                    ))
                    .at(Some(self.location)),
            );
        }
    }

    fn structure(&self, name: &str) -> Diagnostic {
        let construct = self.construct();
        let name = if name == "its value" { name.to_owned() } else { format!("`{name}`") };
        Diagnostic::new(Code::Control, format!("{construct}: the branches leave {name} with different host values, lengths or parts"))
            .note(format!("only tensors can depend on the condition of a tensor `{construct}`: keep a number as `Tensor::scalar(..)`, and change a list alike in all branches"))
    }
}

/// The leaves in which parts differ.
fn differing(parts: &[&Leaves]) -> Vec<usize> {
    (0..parts[0].values.len()).filter(|&i| parts.iter().any(|p| p.values.get(i) != parts[0].values.get(i))).collect()
}

enum Place {
    Slot(usize, usize),
    Value(usize),
    Taken,
    Payload(usize),
}

/// If some outcome has a pending exit, gives the others one that was not taken.
fn align(t: &mut Trace, regions: &[RegionId], outcomes: &mut [Outcome]) {
    let Some(model) = outcomes.iter().find_map(|o| o.pending.clone()) else { return };
    for (&region, outcome) in regions.iter().zip(outcomes) {
        if outcome.pending.is_none() {
            let payload = zeros_like(t, region, &model.payload);
            let taken = flag(t, region, false);
            outcome.pending = Some(Pending { taken, payload, names: model.names.clone() });
        }
    }
}

/// A constant `bool` of a region.
pub(super) fn flag(t: &mut Trace, region: RegionId, value: bool) -> ValueId {
    Builder::new(t.function(), region).constant(HostTensor::scalar(value))
}

/// Stand-ins of the same shapes, for values that nothing will read.
pub(super) fn zeros_like(t: &mut Trace, region: RegionId, like: &Leaves) -> Leaves {
    let values = (like.values.iter())
        .map(|&v| {
            let shape = t.function().shape(v).clone();
            Builder::new(t.function(), region).full(&shape, 0.0)
        })
        .collect();
    Leaves { values, structure: like.structure.clone() }
}
