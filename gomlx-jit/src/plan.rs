// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Where every stored value lives: inputs, constants and results in their own storage, everything else in one arena at
//! offsets that values whose lifetimes do not meet share.
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
pub(crate) fn plan(function: &Function, schedule: &[Access], storage: impl Fn(ValueId) -> ValueId) -> Plan {
    let mut plan = Plan { places: FxHashMap::default(), outputs: vec![], constants: vec![], copies: vec![], arena: 0 };
    for (i, &param) in function.params().iter().enumerate() {
        plan.places.insert(param, Place::Input(i));
    }
    let mut last_read: FxHashMap<ValueId, usize> = FxHashMap::default();
    let mut written: FxHashMap<ValueId, usize> = FxHashMap::default();
    for (time, access) in schedule.iter().enumerate() {
        for &value in &access.reads {
            last_read.insert(value, time);
            plan.constant(function, value);
        }
        access.writes.iter().for_each(|&v| {
            written.insert(v, time);
        });
    }
    for (j, &result) in function.results().iter().enumerate() {
        let held = storage(result);
        plan.constant(function, held);
        let shape = function.shape(result);
        let same_dims = function.shape(held).dims == shape.dims;
        let source = match plan.places.get(&held) {
            Some(&Place::Input(i)) if same_dims => Source::Input(i),
            Some(&Place::Constant(i)) if same_dims => Source::Constant(i),
            Some(_) => {
                plan.copies.push(Copy { from: held, output: j });
                Source::Fresh
            }
            None => {
                plan.places.insert(held, Place::Output(j));
                plan.donor(function, schedule, &last_read, &written, held, j).map_or(Source::Fresh, Source::Donated)
            }
        };
        plan.outputs.push(Output { dtype: shape.dtype, dims: shape.sizes(), bytes: shape.num_bytes(), source });
    }
    plan.arrange(function, schedule, &last_read);
    plan
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
    fn donor(
        &self,
        function: &Function,
        schedule: &[Access],
        last_read: &FxHashMap<ValueId, usize>,
        written: &FxHashMap<ValueId, usize>,
        value: ValueId,
        j: usize,
    ) -> Option<usize> {
        let donor = function.donations.iter().position(|&d| d == Donation::Alias(j))?;
        let param = function.params()[donor];
        let taken = self.outputs.iter().any(|o| matches!(o.source, Source::Donated(i) | Source::Input(i) if i == donor));
        let copied = self.copies.iter().any(|c| c.from == param) || function.results().contains(&param);
        let fits = function.shape(param).num_bytes() == function.shape(value).num_bytes();
        let &time = written.get(&value)?;
        let free = match last_read.get(&param) {
            None => true,
            Some(&last) => last < time || (last == time && schedule[time].in_place.contains(&(value, param))),
        };
        (!taken && !copied && fits && free).then_some(donor)
    }

    /// Gives offsets in the arena to everything that is left.
    fn arrange(&mut self, function: &Function, schedule: &[Access], last_read: &FxHashMap<ValueId, usize>) {
        let copied: Vec<ValueId> = self.copies.iter().map(|c| c.from).collect();
        let end =
            |value: ValueId, time: usize| if copied.contains(&value) { usize::MAX } else { last_read.get(&value).copied().unwrap_or(time) };
        let mut free = FreeList::default();
        // Values in the arena and when their storage is free again.
        let mut live: Vec<(usize, ValueId, usize, usize)> = vec![];
        for (time, access) in schedule.iter().enumerate() {
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
                live.push((end(value, time), value, offset, bytes));
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
