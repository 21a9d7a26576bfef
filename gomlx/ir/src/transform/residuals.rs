// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Residuals: the values of a branch or of a loop's body that its linear region needs. Some of them are stored, the
//! others are recomputed.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Def, Function, InstId, Op, RegionId, Result, ValueId, edit};

/// How a linear region obtains the values it needs from the region that was linearized.
#[derive(Debug, Default)]
pub(super) struct Residuals {
    /// The values to store: further results of a branch, or buffers that a loop writes in each iteration.
    pub(super) stored: Vec<ValueId>,
    /// The instructions to recompute, in order. They use the counter, stored values and values from outside the region.
    pub(super) recomputed: Vec<InstId>,
    /// Whether a recomputed instruction or the linear region uses the loop's counter.
    pub(super) counter: bool,
}

impl Residuals {
    /// Chooses the values to store: as few as possible when cheap ops may recompute the others.
    pub(super) fn choose(f: &Function, body: RegionId, counter: Option<ValueId>, needed: &[ValueId]) -> Residuals {
        let insts: FxHashSet<InstId> = f.region(body).insts.iter().copied().collect();
        let mut search =
            Search { f, body, insts, counter, again: FxHashSet::default(), free: FxHashMap::default(), residuals: Residuals::default() };
        for &value in needed {
            search.need(value);
        }
        search.derive();
        let Search { again, mut residuals, .. } = search;
        residuals.recomputed = f.region(body).insts.iter().copied().filter(|id| again.contains(id)).collect();
        residuals
    }

    /// Prepends the recomputed instructions to `linear` and redirects each needed value to its stored or recomputed
    /// copy.
    ///
    /// `map` gives the copy of each stored value. The instructions of `aside` compute these copies; they come first.
    pub(super) fn restore(
        &self,
        f: &mut Function,
        linear: RegionId,
        aside: RegionId,
        mut map: edit::Map,
        needed: &[ValueId],
    ) -> Result<()> {
        edit::copy_insts(f, &self.recomputed, aside, &mut map, edit::Effects::Drop)?;
        let mut insts = std::mem::take(&mut f.region_mut(aside).insts);
        insts.append(&mut f.region_mut(linear).insts);
        f.region_mut(linear).insts = insts;
        let replaced: Vec<(ValueId, ValueId)> = needed.iter().map(|&v| (v, edit::mapped(&map, v))).collect();
        edit::replace_uses(f, linear, &replaced);
        Ok(())
    }
}

/// The search for the values to store.
struct Search<'f> {
    f: &'f Function,
    body: RegionId,
    insts: FxHashSet<InstId>,
    counter: Option<ValueId>,
    again: FxHashSet<InstId>,
    free: FxHashMap<ValueId, bool>,
    residuals: Residuals,
}

impl Search<'_> {
    fn need(&mut self, value: ValueId) {
        if self.is_outer(value) || self.residuals.stored.contains(&value) {
            return;
        }
        if self.is_free(value) {
            return self.again(value);
        }
        if let Def::Result(id, 0) = self.f.value(value).def {
            let inst = self.f.inst(id);
            let moves = matches!(inst.op, Op::BroadcastInDim { .. } | Op::Reshape(_) | Op::Transpose(_));
            if moves && self.f.shape(inst.operands[0]).num_bytes() <= self.f.shape(value).num_bytes() {
                self.again.insert(id);
                return self.need(inst.operands[0]);
            }
        }
        self.residuals.stored.push(value);
    }

    /// Drops each stored value that cheap ops compute from the other stored values. It tries the last values first,
    /// because they are computed from earlier ones.
    fn derive(&mut self) {
        for &id in self.f.region(self.body).insts.iter().rev() {
            let &[value] = &self.f.inst(id).results[..] else { continue };
            let Some(at) = self.residuals.stored.iter().position(|&v| v == value) else { continue };
            self.residuals.stored.swap_remove(at);
            if self.is_derived(value, &mut FxHashMap::default()) {
                self.again(value);
            } else {
                self.residuals.stored.push(value);
            }
        }
    }

    /// Whether cheap ops compute the value from stored values, the counter and values from outside the region.
    fn is_derived(&mut self, value: ValueId, known: &mut FxHashMap<ValueId, bool>) -> bool {
        if self.residuals.stored.contains(&value) || self.is_free(value) {
            return true;
        }
        if let Some(&derived) = known.get(&value) {
            return derived;
        }
        let derived = match self.f.value(value).def {
            Def::Param(..) => false,
            Def::Result(id, _) => {
                let inst = self.f.inst(id);
                inst.op.facts().cost.is_cheap() && inst.operands.iter().all(|&v| self.is_derived(v, known))
            }
        };
        known.insert(value, derived);
        derived
    }

    /// Whether a value is defined outside the region, and so is the same in every iteration.
    fn is_outer(&self, value: ValueId) -> bool {
        match self.f.value(value).def {
            Def::Param(region, _) => region != self.body,
            Def::Result(id, _) => !self.insts.contains(&id),
        }
    }

    /// Whether cheap ops compute the value from the counter and values from outside the region.
    fn is_free(&mut self, value: ValueId) -> bool {
        if Some(value) == self.counter || self.is_outer(value) {
            return true;
        }
        if let Some(&known) = self.free.get(&value) {
            return known;
        }
        let free = match self.f.value(value).def {
            Def::Param(..) => false,
            Def::Result(id, _) => {
                let inst = self.f.inst(id);
                inst.op.facts().cost.is_cheap() && inst.operands.iter().all(|&v| self.is_free(v))
            }
        };
        self.free.insert(value, free);
        free
    }

    fn again(&mut self, value: ValueId) {
        if Some(value) == self.counter {
            self.residuals.counter = true;
        }
        if self.residuals.stored.contains(&value) {
            return;
        }
        let Def::Result(id, _) = self.f.value(value).def else { return };
        if self.insts.contains(&id) && self.again.insert(id) {
            self.f.inst(id).operands.iter().for_each(|&v| self.again(v));
        }
    }
}
