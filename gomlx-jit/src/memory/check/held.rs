// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What memory holds: ranges of bytes with the names of the values in them.

use std::collections::BTreeMap;
use std::fmt;

use gomlx_ir::ValueId;
use smallvec::SmallVec;

use crate::schedule::Move;

/// The values that a range holds; they have equal elements.
pub(super) type Names = SmallVec<[ValueId; 4]>;

/// Memory of which no part is in another region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Region {
    Input(usize),
    Constant(usize),
    Output(usize),
    Arena,
}

/// Bytes of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) region: Region,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Range {
    pub(super) fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether both begin at one address. A kernel that computes in place reads each element where it writes it, so the
    /// range that it reads may reach further.
    pub(super) fn starts_with(self, other: Range) -> bool {
        self.region == other.region && self.start == other.start
    }

    pub(super) fn overlaps(self, other: Range) -> bool {
        self.region == other.region && self.start.max(other.start) < self.end.min(other.end)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bytes {}..{} of {:?}", self.start, self.end, self.region)
    }
}

/// The ranges that hold something.
///
/// Invariant: they do not overlap, and none is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Held(BTreeMap<(Region, usize), (usize, Names)>);

impl Held {
    /// The values that exactly this range holds.
    pub(super) fn names(&self, range: Range) -> Names {
        let found = self.0.get(&(range.region, range.start)).filter(|(end, _)| *end == range.end);
        found.map(|(_, names)| names.clone()).unwrap_or_default()
    }

    /// Puts values in a range; whatever was in a part of it is lost.
    pub(super) fn write(&mut self, range: Range, mut names: Names) {
        if range.is_empty() {
            return;
        }
        let before = self.0.range((range.region, 0)..(range.region, range.end)).rev();
        let lost: Vec<(Region, usize)> = before.take_while(|(_, (end, _))| *end > range.start).map(|(key, _)| *key).collect();
        for key in lost {
            self.0.remove(&key);
        }
        names.sort_unstable();
        self.0.insert((range.region, range.start), (range.end, names));
    }

    /// Gives values their new elements, all at once: a range that holds `from` of a move now holds `to` too.
    pub(super) fn rename(&mut self, moves: &[Move]) {
        for (_, names) in self.0.values_mut() {
            let new: Names = moves.iter().filter(|m| names.contains(&m.from)).map(|m| m.to).collect();
            names.retain(|name| moves.iter().all(|m| m.to != *name));
            names.extend(new);
            names.sort_unstable();
        }
    }

    /// Keeps what both hold.
    pub(super) fn meet(&mut self, other: &Held) {
        self.0.retain(|key, (end, names)| match other.0.get(key) {
            Some((other_end, other_names)) if other_end == end => {
                names.retain(|name| other_names.contains(name));
                !names.is_empty()
            }
            _ => false,
        });
    }
}
