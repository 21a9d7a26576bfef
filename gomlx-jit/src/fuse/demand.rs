// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Demand: which units need a value; and precedence: which unit must run before which.

use smallvec::SmallVec;

use crate::loops::index::Index;

/// Position of a unit in the list that the partition grows.
pub(crate) type UnitId = usize;

/// A loop nest's need for elements of a value. The nest computes or loads them.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) unit: UnitId,
    pub(crate) index: Index,
    /// Number of ops on the path from the nest's root to the value that other nests compute too.
    pub(crate) duplicated: usize,
}

/// All needs for a value.
#[derive(Clone, Debug, Default)]
pub(crate) struct Demand {
    pub(crate) requests: SmallVec<[Request; 2]>,
    /// Library calls that read the whole value.
    pub(crate) readers: SmallVec<[UnitId; 2]>,
    /// Whether the value is a result of the function or region.
    pub(crate) is_result: bool,
}

impl Demand {
    pub(crate) fn is_none(&self) -> bool {
        self.requests.is_empty() && !self.is_stored()
    }

    /// Whether something needs the whole value in memory.
    pub(crate) fn is_stored(&self) -> bool {
        self.is_result || !self.readers.is_empty()
    }

    pub(crate) fn add(&mut self, request: Request) {
        match self.requests.iter_mut().find(|r| r.unit == request.unit && r.index == request.index) {
            Some(same) => same.duplicated = same.duplicated.max(request.duplicated),
            None => self.requests.push(request),
        }
    }

    /// Every unit that needs the value.
    pub(crate) fn units(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.requests.iter().map(|r| r.unit).chain(self.readers.iter().copied())
    }
}

/// A graph of units: an edge goes from a unit to a unit that must run after it.
#[derive(Debug, Default)]
pub(crate) struct Precedence {
    after: Vec<Vec<UnitId>>,
}

impl Precedence {
    pub(crate) fn add_unit(&mut self) -> UnitId {
        self.after.push(vec![]);
        self.after.len() - 1
    }

    pub(crate) fn add(&mut self, before: UnitId, after: UnitId) {
        if before != after && !self.after[before].contains(&after) {
            self.after[before].push(after);
        }
    }

    /// Whether `to` must run after `from`.
    pub(crate) fn reaches(&self, from: UnitId, to: UnitId) -> bool {
        let mut seen = vec![false; self.after.len()];
        let mut stack = vec![from];
        while let Some(unit) = stack.pop() {
            if unit == to {
                return true;
            }
            if !std::mem::replace(&mut seen[unit], true) {
                stack.extend(&self.after[unit]);
            }
        }
        false
    }

    /// An order of the units that respects all edges. Of the units that are free to run, the one with the least `key`
    /// is next.
    pub(crate) fn schedule(&self, key: impl Fn(UnitId) -> usize) -> Vec<UnitId> {
        let mut before = vec![0usize; self.after.len()];
        self.after.iter().flatten().for_each(|&u| before[u] += 1);
        let mut free: std::collections::BTreeSet<(usize, UnitId)> =
            (0..before.len()).filter(|&u| before[u] == 0).map(|u| (key(u), u)).collect();
        let mut order = Vec::with_capacity(before.len());
        while let Some((_, unit)) = free.pop_first() {
            order.push(unit);
            for &next in &self.after[unit] {
                before[next] -= 1;
                if before[next] == 0 {
                    free.insert((key(next), next));
                }
            }
        }
        assert_eq!(order.len(), self.after.len(), "merges that would make a cycle are refused");
        order
    }
}
