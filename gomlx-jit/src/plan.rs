// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Where every stored value lives: inputs, constants and results in their own storage, everything else in one arena at
//! offsets that values whose lifetimes do not meet share.
//!
//! Control flow is planned in the order of its text: one branch after the other, each body once. What a loop reads or
//! writes and does not make afresh lives until the loop's end.
//!
//! Invariant: two values overlap in the arena only if the earlier one's last reader runs before the later one's writer,
//! or is its writer, which then reads each element before it writes it.

use gomlx_ir::{Def, Donation, Function, HostTensor, Op, ValueId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

use crate::runtime::program::{Output, Place, Source};

const ALIGN: usize = 64;

/// What a unit does to memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    pub(crate) reads: Vec<ValueId>,
    pub(crate) writes: Vec<ValueId>,
    /// Pairs of a written and a read value that may share storage.
    pub(crate) in_place: Vec<(ValueId, ValueId)>,
}

/// The accesses of a program in the order of its text: branches one after the other, bodies of loops once.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    pub(crate) accesses: Vec<Access>,
    /// First and last access of each loop: the first one writes the loop's state, the last one is after all kernels.
    pub(crate) loops: Vec<(usize, usize)>,
    /// Values that are computed where another one is.
    pub(crate) merged: FxHashMap<ValueId, ValueId>,
}

impl Schedule {
    /// The value whose place a stored value has.
    pub(crate) fn place(&self, mut value: ValueId) -> ValueId {
        while let Some(&of) = self.merged.get(&value) {
            value = of;
        }
        value
    }

    /// The first access, from `from` on, that writes the place of a value: for the value or for one merged into it.
    pub(crate) fn first_write(&self, from: usize, value: ValueId) -> Option<usize> {
        let place = self.place(value);
        (from..self.accesses.len()).find(|&time| self.accesses[time].writes.iter().any(|&w| self.place(w) == place))
    }

    /// Whether `value`, written after the access `from`, may be written where `old` is: from the first write of its
    /// place on, nothing reads `old`.
    pub(crate) fn may_overwrite(&self, from: usize, value: ValueId, old: ValueId) -> bool {
        let Some(time) = self.first_write(from, value) else { return false };
        let place = self.place(value);
        let last = (from..self.accesses.len()).rfind(|&t| self.accesses[t].reads.iter().any(|&r| self.place(r) == old));
        match last {
            None => true,
            Some(last) => {
                // A loop in between reads again what it read.
                let last = self.loops.iter().filter(|&&(begin, end)| begin < last && last <= end).map(|l| l.1).fold(last, usize::max);
                last < time
                    || last == time && self.accesses[time].in_place.iter().any(|&(w, r)| self.place(w) == place && self.place(r) == old)
            }
        }
    }
}

/// A result that must be copied from where its elements are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Copy {
    pub(crate) from: ValueId,
    pub(crate) output: usize,
}

/// The places of all stored values.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) places: FxHashMap<ValueId, Place>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) constants: Vec<Arc<HostTensor>>,
    /// To be done after all units.
    pub(crate) copies: Vec<Copy>,
    pub(crate) arena: usize,
}

/// Plans the memory of a schedule; `storage` gives the value whose storage holds another.
pub(crate) fn plan(function: &Function, schedule: &Schedule, storage: impl Fn(ValueId) -> ValueId) -> Plan {
    let mut plan = Plan { places: FxHashMap::default(), outputs: vec![], constants: vec![], copies: vec![], arena: 0 };
    for (i, &param) in function.params().iter().enumerate() {
        plan.places.insert(param, Place::Input(i));
    }
    let uses = Uses::new(schedule);
    uses.accesses.iter().flat_map(|access| &access.reads).for_each(|&value| plan.constant(function, value));
    let all_held: Vec<ValueId> = function.results().iter().map(|&result| schedule.place(storage(result))).collect();
    for (j, (&result, &held)) in function.results().iter().zip(&all_held).enumerate() {
        plan.constant(function, held);
        let shape = function.shape(result);
        // A view of other dims or of another type is a buffer of its own.
        let same_shape = function.shape(held) == shape;
        let source = match plan.places.get(&held) {
            Some(&Place::Input(i)) if same_shape => Source::Input(i),
            Some(&Place::Constant(i)) if same_shape => Source::Constant(i),
            Some(_) => {
                plan.copies.push(Copy { from: held, output: j });
                Source::Fresh
            }
            None => {
                plan.places.insert(held, Place::Output(j));
                plan.donor(function, &uses, &all_held, j).map_or(Source::Fresh, Source::Donated)
            }
        };
        plan.outputs.push(Output { dtype: shape.dtype, dims: shape.sizes(), bytes: shape.num_bytes(), source });
    }
    plan.arrange(function, &uses);
    plan
}

/// When values are written and read; of values that are in one place, one stands for all.
struct Uses {
    accesses: Vec<Access>,
    first_write: FxHashMap<ValueId, usize>,
    last_read: FxHashMap<ValueId, usize>,
    last_write: FxHashMap<ValueId, usize>,
}

impl Uses {
    fn new(schedule: &Schedule) -> Uses {
        let place = |&v: &ValueId| schedule.place(v);
        let accesses = schedule.accesses.iter().map(|access| Access {
            reads: access.reads.iter().map(place).collect(),
            writes: access.writes.iter().map(place).collect(),
            in_place: access.in_place.iter().map(|(w, r)| (place(w), place(r))).collect(),
        });
        let mut uses = Uses {
            accesses: accesses.collect(),
            first_write: FxHashMap::default(),
            last_read: FxHashMap::default(),
            last_write: FxHashMap::default(),
        };
        for (time, access) in uses.accesses.iter().enumerate() {
            for &value in &access.writes {
                uses.first_write.entry(value).or_insert(time);
                uses.last_write.insert(value, time);
            }
            access.reads.iter().for_each(|&v| {
                uses.last_read.insert(v, time);
            });
        }
        // What a loop finds must last until its end, for it comes around again.
        for &(begin, end) in &schedule.loops {
            let found = |v: &ValueId| uses.first_write.get(v).is_none_or(|&time| time <= begin);
            for access in &uses.accesses[begin + 1..=end] {
                for value in access.reads.iter().filter(|v| found(v)) {
                    let last = uses.last_read.entry(*value).or_insert(end);
                    *last = end.max(*last);
                }
                for value in access.writes.iter().filter(|v| found(v)) {
                    let last = uses.last_write.entry(*value).or_insert(end);
                    *last = end.max(*last);
                }
            }
        }
        uses
    }
}

impl Plan {
    /// Places a constant that is read from memory.
    fn constant(&mut self, function: &Function, value: ValueId) {
        if self.places.contains_key(&value) {
            return;
        }
        let Def::Result(inst, _) = function.value(value).def else { return };
        if let Op::Constant(tensor) = &function.inst(inst).op {
            self.constants.push(tensor.clone());
            self.places.insert(value, Place::Constant(self.constants.len() - 1));
        }
    }

    /// The donated input in whose storage the result `j` may be computed: one that nothing reads once it is written.
    fn donor(&self, function: &Function, uses: &Uses, all_held: &[ValueId], j: usize) -> Option<usize> {
        let value = all_held[j];
        let donor = function.donations.iter().position(|&d| d == Donation::Alias(j))?;
        let param = function.params()[donor];
        let taken = self.outputs.iter().any(|o| matches!(o.source, Source::Donated(i) | Source::Input(i) if i == donor));
        // Results that are views of the parameter are copied from it, or are it, after all steps.
        let is_result = all_held.contains(&param);
        let fits = function.shape(param).num_bytes() == function.shape(value).num_bytes();
        let &time = uses.first_write.get(&value)?;
        let free = match uses.last_read.get(&param) {
            None => true,
            Some(&last) => last < time || (last == time && uses.accesses[time].in_place.contains(&(value, param))),
        };
        (!taken && !is_result && fits && free).then_some(donor)
    }

    /// Gives offsets in the arena to everything that is left.
    fn arrange(&mut self, function: &Function, uses: &Uses) {
        let copied: Vec<ValueId> = self.copies.iter().map(|c| c.from).collect();
        let end = |value: ValueId| match copied.contains(&value) {
            true => usize::MAX,
            false => uses.last_read.get(&value).copied().unwrap_or(0).max(uses.last_write[&value]),
        };
        let mut free = FreeList::default();
        // Values in the arena and when their storage is free again.
        let mut live: Vec<(usize, ValueId, usize, usize)> = vec![];
        for (time, access) in uses.accesses.iter().enumerate() {
            for &value in &access.writes {
                if self.places.contains_key(&value) {
                    continue;
                }
                let bytes = function.shape(value).num_bytes().next_multiple_of(ALIGN);
                let dying = access
                    .in_place
                    .iter()
                    .filter(|(w, _)| *w == value)
                    .find_map(|&(_, read)| live.iter().position(|&(until, v, _, size)| v == read && until == time && size == bytes));
                let offset = match dying {
                    Some(i) => live.swap_remove(i).2,
                    None => free.take(bytes),
                };
                self.places.insert(value, Place::Arena(offset));
                live.push((end(value), value, offset, bytes));
            }
            live.retain(|&(until, _, offset, bytes)| {
                if until <= time {
                    free.give(offset, bytes);
                }
                until > time
            });
        }
        self.arena = free.end;
    }
}

/// Free ranges of the arena, by offset.
#[derive(Default)]
struct FreeList {
    ranges: Vec<(usize, usize)>,
    end: usize,
}

impl FreeList {
    /// The smallest range that is large enough, or new memory at the end.
    fn take(&mut self, bytes: usize) -> usize {
        let best = (0..self.ranges.len()).filter(|&i| self.ranges[i].1 >= bytes).min_by_key(|&i| self.ranges[i].1);
        if let Some(i) = best {
            let (offset, size) = self.ranges[i];
            if size == bytes {
                self.ranges.remove(i);
            } else {
                self.ranges[i] = (offset + bytes, size - bytes);
            }
            return offset;
        }
        // A free range at the end is used as far as it goes.
        let offset = match self.ranges.last() {
            Some(&(offset, size)) if offset + size == self.end => {
                self.ranges.pop();
                offset
            }
            _ => self.end,
        };
        self.end = offset + bytes;
        offset
    }

    fn give(&mut self, offset: usize, bytes: usize) {
        if bytes == 0 {
            return;
        }
        let at = self.ranges.partition_point(|&(o, _)| o < offset);
        self.ranges.insert(at, (offset, bytes));
        if at + 1 < self.ranges.len() && offset + bytes == self.ranges[at + 1].0 {
            self.ranges[at].1 += self.ranges.remove(at + 1).1;
        }
        if at > 0 && self.ranges[at - 1].0 + self.ranges[at - 1].1 == offset {
            self.ranges[at - 1].1 += self.ranges.remove(at).1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_ranges_merge_and_are_used_again() {
        let mut free = FreeList::default();
        let (a, b, c) = (free.take(64), free.take(128), free.take(64));
        free.give(a, 64);
        free.give(b, 128);
        assert_eq!(free.take(192), a, "neighbours merged");
        free.give(c, 64);
        assert_eq!((free.take(256), free.end), (c, 448), "the last range grows");
    }
}
