// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Offsets in the arena: values whose lifetimes do not meet share them.

use gomlx_ir::{Function, ValueId};

use super::timeline::Timeline;
use super::{ALIGN, MemoryPlan};
use crate::runtime::program::Slot;

/// A value in the arena.
struct Live {
    value: ValueId,
    /// The last event that needs it.
    until: usize,
    offset: usize,
    bytes: usize,
}

/// Gives offsets in the arena to all values that have no slot yet.
pub(super) fn arrange(plan: &mut MemoryPlan, function: &Function, timeline: &Timeline) {
    let mut free = FreeList::default();
    let mut live: Vec<Live> = vec![];
    for (time, event) in timeline.events.iter().enumerate() {
        for &written in &event.access.writes {
            let value = plan.classes.of(written);
            if plan.slots.contains_key(&value) {
                continue;
            }
            let bytes = function.shape(value).num_bytes().next_multiple_of(ALIGN);
            let in_place = event.access.in_place.iter().filter(|(w, _)| *w == written);
            let dying = in_place
                .map(|&(_, read)| plan.classes.of(read))
                .find_map(|read| live.iter().position(|l| l.value == read && l.until == time && l.bytes == bytes));
            let offset = match dying {
                Some(i) => live.swap_remove(i).offset,
                None => free.take(bytes),
            };
            plan.slots.insert(value, Slot::Arena(offset));
            live.push(Live { value, until: last_access(plan, timeline, value), offset, bytes });
        }
        live.retain(|l| {
            if l.until <= time {
                free.give(l.offset, l.bytes);
            }
            l.until > time
        });
    }
    plan.arena = free.end;
}

/// The last event that needs the storage of a class.
fn last_access(plan: &MemoryPlan, timeline: &Timeline, class: ValueId) -> usize {
    if plan.copies.iter().any(|&(value, _)| value == class) {
        return usize::MAX;
    }
    let since = plan.classes.first_write(class).unwrap_or(0);
    plan.classes.accesses(class).map(|time| timeline.until(since, time)).max().unwrap_or(since)
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
