// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The memory plan: a slot for every stored value, and the steps of the schedule on these slots.
//!
//! Inputs, constants and results are in storage of their own, every other value is in the arena. `timeline` says when
//! values are read and written and which of them share storage, `arena` gives offsets to the rest, `steps` puts slots
//! in the place of values, and `check` proves in debug builds that every step finds the values that it reads.
//!
//! Invariant: two values overlap in memory only if the earlier one's last reader runs before the later one's writer,
//! or is its writer, which then reads each element before it writes it.

mod arena;
mod check;
mod steps;
#[cfg(test)]
mod tests;
mod timeline;

use std::sync::Arc;

use gomlx_ir::{Def, Donation, Function, HostTensor, Op, ValueId};
use rustc_hash::FxHashMap;

pub(crate) use check::{Planned, check};
use timeline::{Classes, Timeline};

use crate::fuse::Stored;
use crate::runtime::program::{Kernel, Output, Slot, Source, Step};
use crate::schedule::{Schedule, Task};

/// Alignment of every offset in the arena.
const ALIGN: usize = 64;

/// The slots of all stored values.
#[derive(Debug)]
pub(crate) struct MemoryPlan {
    pub(crate) outputs: Vec<Output>,
    pub(crate) constants: Vec<Arc<HostTensor>>,
    /// Bytes of the arena.
    pub(crate) arena: usize,
    /// Results that must be copied from another slot, after all tasks: the value and the position of the result.
    pub(crate) copies: Vec<(ValueId, usize)>,
    classes: Classes,
    slots: FxHashMap<ValueId, Slot>,
}

/// Plans the memory of a schedule.
pub(crate) fn plan_memory(function: &Function, stored: &Stored, schedule: &Schedule) -> MemoryPlan {
    let timeline = Timeline::new(&schedule.tasks);
    let mut plan = MemoryPlan {
        outputs: vec![],
        constants: vec![],
        arena: 0,
        copies: vec![],
        classes: Classes::new(&timeline),
        slots: FxHashMap::default(),
    };
    for (i, &param) in function.params().iter().enumerate() {
        plan.slots.insert(param, Slot::Input(i));
    }
    for event in &timeline.events {
        event.access.reads.iter().for_each(|&value| plan.add_constant(function, value));
    }
    plan.add_outputs(function, stored, &timeline);
    arena::arrange(&mut plan, function, &timeline);
    plan
}

impl MemoryPlan {
    /// The slot of a stored value.
    ///
    /// # Panics
    /// If nothing writes the value.
    pub(crate) fn slot(&self, value: ValueId) -> Slot {
        self.slots[&self.classes.of(value)]
    }

    /// The steps of a schedule, then the copies to results.
    pub(crate) fn steps(&self, function: &Function, tasks: &[Task], kernels: Vec<Kernel>) -> Vec<Step> {
        steps::steps(self, function, tasks, kernels)
    }

    /// Gives a slot to a constant that is read from memory.
    fn add_constant(&mut self, function: &Function, value: ValueId) {
        if self.slots.contains_key(&value) {
            return;
        }
        let Def::Result(inst, _) = function.value(value).def else { return };
        if let Op::Constant(tensor) = &function.inst(inst).op {
            self.constants.push(tensor.clone());
            self.slots.insert(value, Slot::Constant(self.constants.len() - 1));
        }
    }

    fn add_outputs(&mut self, function: &Function, stored: &Stored, timeline: &Timeline) {
        let held: Vec<ValueId> = function.results().iter().map(|&result| self.classes.of(stored.storage(result))).collect();
        for (j, (&result, &value)) in function.results().iter().zip(&held).enumerate() {
            self.add_constant(function, value);
            let shape = function.shape(result);
            // A view of other dims or of another type is a buffer of its own.
            let same_shape = function.shape(value) == shape;
            let source = match self.slots.get(&value) {
                Some(&Slot::Input(i)) if same_shape => Source::Input(i),
                Some(&Slot::Constant(i)) if same_shape => Source::Constant(i),
                Some(_) => {
                    self.copies.push((value, j));
                    Source::Fresh
                }
                None => {
                    self.slots.insert(value, Slot::Output(j));
                    self.donor(function, timeline, &held, j).map_or(Source::Fresh, Source::Donated)
                }
            };
            self.outputs.push(Output { dtype: shape.dtype, dims: shape.sizes(), bytes: shape.num_bytes(), source });
        }
    }

    /// The donated input in whose storage the result `j` may be computed: nothing reads the input once the result is
    /// written, and no result is a view of the input.
    fn donor(&self, function: &Function, timeline: &Timeline, held: &[ValueId], j: usize) -> Option<usize> {
        let donor = function.donations.iter().position(|&d| d == Donation::Alias(j))?;
        let (param, value) = (function.params()[donor], held[j]);
        let taken = self.outputs.iter().any(|o| o.source == Source::Donated(donor));
        let fits = function.shape(param).num_bytes() == function.shape(value).num_bytes();
        let first = self.classes.first_write(value)?;
        let free = self
            .classes
            .last_read(timeline, param)
            .is_none_or(|last| last < first || last == first && self.classes.is_in_place(&timeline.events[first], value, param));
        (!taken && !held.contains(&param) && fits && free).then_some(donor)
    }
}
