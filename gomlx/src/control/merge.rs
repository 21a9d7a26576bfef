// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! One `if` or `case` of the variables and values at the ends of traced regions.

use gomlx_ir::compose::control;
use gomlx_ir::{Builder, Code, Diagnostic, HostTensor, Location, Op, RegionId, ValueId};

use super::settle;
use super::slot::{self, Contents, Leaves, Slot};
use crate::trace::{self, Trace};

/// The variables and the value at the end of a region.
#[derive(Clone, Debug, Default)]
pub(crate) struct RegionEnd {
    /// Names of the variables.
    pub(super) names: Vec<&'static str>,
    /// The variables, and which of them are only borrowed.
    pub(super) slots: Vec<Leaves>,
    pub(super) seen: Vec<bool>,
    /// The value of the region.
    pub(super) value: Leaves,
    /// An early exit that the region may have taken.
    pub(super) pending: Option<PendingExit>,
}

/// Whether a branch took an early exit, and the exit's value.
#[derive(Clone, Debug)]
pub(super) struct PendingExit {
    /// A scalar `bool`.
    pub(super) taken: ValueId,
    pub(super) payload: Leaves,
    /// The variables that the exit takes along.
    pub(super) names: Vec<&'static str>,
}

impl RegionEnd {
    pub(super) fn of(slots: &[Slot<'_>], value: Leaves) -> RegionEnd {
        RegionEnd {
            names: slots.iter().map(|s| s.name).collect(),
            slots: slot::leaves(slots),
            seen: slots.iter().map(|s| matches!(s.contents, Contents::Seen(_))).collect(),
            value,
            pending: None,
        }
    }

    /// The variable of a name.
    pub(super) fn variable(&self, name: &str) -> Option<&Leaves> {
        self.names.iter().position(|n| *n == name).map(|i| &self.slots[i])
    }

    /// Some of the variables, with another value.
    pub(super) fn only(&self, names: &[&'static str], value: Leaves) -> RegionEnd {
        let position =
            |name: &&'static str| self.names.iter().position(|n| n == name).expect("an exit takes along all variables of its boundary");
        let positions: Vec<usize> = names.iter().map(position).collect();
        RegionEnd {
            names: positions.iter().map(|&i| self.names[i]).collect(),
            slots: positions.iter().map(|&i| self.slots[i].clone()).collect(),
            seen: positions.iter().map(|&i| self.seen[i]).collect(),
            value,
            pending: None,
        }
    }

    /// Everything that regions may leave differently, with its name in messages. Ends of one construct have the same
    /// list.
    fn parts(&self) -> Vec<(String, &Leaves)> {
        let slots = self.names.iter().zip(&self.slots).map(|(name, leaves)| (format!("`{name}`"), leaves));
        let payload = self.pending.iter().map(|pending| ("the returned value".to_owned(), &pending.payload));
        slots.chain([("the value".to_owned(), &self.value)]).chain(payload).collect()
    }

    /// The values of all parts, and whether an exit was taken.
    fn values(&self) -> Vec<ValueId> {
        let parts = self.parts().into_iter().flat_map(|(_, leaves)| leaves.values.clone());
        parts.chain(self.pending.iter().map(|pending| pending.taken)).collect()
    }

    /// The same end with other values.
    fn with_values(mut self, values: Vec<ValueId>) -> RegionEnd {
        let mut values = values.into_iter();
        let payload = self.pending.iter_mut().flat_map(|pending| pending.payload.values.iter_mut());
        let parts = self.slots.iter_mut().chain([&mut self.value]).flat_map(|leaves| leaves.values.iter_mut());
        for (old, new) in parts.chain(payload).zip(&mut values) {
            *old = new;
        }
        if let (Some(pending), Some(taken)) = (&mut self.pending, values.next()) {
            pending.taken = taken;
        }
        self
    }
}

/// The op that chooses a region, the value that it goes by, and where it is written.
pub(super) struct Choice<'a> {
    pub(super) op: Op,
    pub(super) chooser: ValueId,
    pub(super) location: &'a Location,
}

impl Choice<'_> {
    fn construct(&self) -> &'static str {
        if self.op == Op::Case { "match" } else { "if" }
    }

    /// Appends the op, and gives the variables and values after it.
    pub(super) fn merge(&self, regions: &[RegionId], ends: &mut [RegionEnd]) -> RegionEnd {
        trace::with(|t| align(t, regions, ends));
        let first = &ends[0];
        for (i, (name, leaves)) in first.parts().into_iter().enumerate() {
            let others: Vec<&Leaves> = ends.iter().filter_map(|end| end.parts().get(i).map(|(_, leaves)| *leaves)).collect();
            if others.iter().any(|other| other.structure != leaves.structure || other.values.len() != leaves.values.len()) {
                trace::fail(self.structure(&name).at(Some(self.location)));
            }
            if first.seen.get(i) == Some(&true) && others.iter().any(|other| other.values != leaves.values) {
                trace::fail(slot::seen_changed(first.names[i], self.construct()).at(Some(self.location)));
            }
        }
        let names: Vec<String> = (first.parts().into_iter())
            .flat_map(|(name, leaves)| std::iter::repeat_n(name, leaves.values.len()))
            .chain(["whether a branch returns".to_owned()])
            .collect();
        let left: Vec<Vec<ValueId>> = ends.iter().map(RegionEnd::values).collect();
        let merged = trace::with(|t| {
            let mut builder = t.builder(Some(self.location.clone()));
            control::branch(&mut builder, &self.op, self.chooser, regions, &left, |i| names[i].clone())
        });
        first.clone().with_values(settle(merged, self.location))
    }

    fn structure(&self, name: &str) -> Diagnostic {
        let construct = self.construct();
        let name = if name == "the value" { "its value" } else { name };
        Diagnostic::new(Code::Control, format!("{construct}: the branches leave {name} with different host values, lengths or parts"))
            .note(format!("only tensors can depend on the condition of a tensor `{construct}`: keep a number as `Tensor::scalar(..)`, and change a list alike in all branches"))
    }
}

/// If a region has a pending exit, gives the others an exit that was not taken.
fn align(t: &mut Trace, regions: &[RegionId], ends: &mut [RegionEnd]) {
    let Some(model) = ends.iter().find_map(|end| end.pending.clone()) else { return };
    for (&region, end) in regions.iter().zip(ends) {
        if end.pending.is_none() {
            let payload = zeros_like(t, region, &model.payload);
            let taken = flag(t, region, false);
            end.pending = Some(PendingExit { taken, payload, names: model.names.clone() });
        }
    }
}

/// A constant `bool` of a region.
pub(super) fn flag(t: &mut Trace, region: RegionId, value: bool) -> ValueId {
    Builder::new(t.function(), region).constant(HostTensor::scalar(value))
}

/// Zeros of the same shapes, for values that nothing reads.
pub(super) fn zeros_like(t: &mut Trace, region: RegionId, like: &Leaves) -> Leaves {
    let mut builder = Builder::new(t.function(), region);
    let values = like.values.iter().map(|&value| builder.full_like(value, 0.0)).collect();
    Leaves { values, structure: like.structure.clone() }
}
