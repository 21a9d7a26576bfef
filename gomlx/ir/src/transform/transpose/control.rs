// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transposes of branches and counted loops that are linear in tangents from around them.
//!
//! The transpose of a branch is a branch that gives the cotangents of all captures of its sides. The transpose of a
//! loop runs backward. Its state holds the cotangents of the loop's state, and the sums of the captures' cotangents. It
//! does not hold values that no cotangent reaches.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Transpose, not_linear};
use crate::edit;
use crate::transform::counted;
use crate::{DType, Inst, InstId, RegionId, Result, ValueId};

impl Transpose<'_> {
    pub(super) fn branch(&mut self, inst: &Inst) -> Result<()> {
        let cotangents: Vec<Option<ValueId>> = inst.results.iter().map(|&v| self.cotangent(v)).collect();
        let seeds = |results: &[ValueId]| -> Vec<(ValueId, ValueId)> {
            results.iter().zip(&cotangents).filter_map(|(&v, ct)| Some((v, (*ct)?))).collect()
        };
        let mut used: Vec<ValueId> = vec![];
        for &branch in &inst.regions {
            let outputs: Vec<ValueId> = seeds(&self.b.function.region(branch).results).into_iter().map(|(v, _)| v).collect();
            for leaf in self.leaves(branch, &outputs) {
                if !used.contains(&leaf) {
                    used.push(leaf);
                }
            }
        }
        if used.is_empty() {
            return Ok(());
        }
        let mut regions = vec![];
        for &branch in &inst.regions {
            let region = self.b.function.add_region();
            let (insts, map) = self.unfold(branch, region, edit::Map::default())?;
            let results: Vec<ValueId> = self.b.function.region(branch).results.iter().map(|&v| edit::mapped(&map, v)).collect();
            let seeds = seeds(&results);
            let found = self.within(region, &insts, FxHashMap::default(), &seeds, &used)?;
            self.b.function.region_mut(region).results = found;
            regions.push(region);
        }
        let branch = self.b.emit_inst(inst.op.clone(), &inst.operands, &regions)?;
        for (value, ct) in used.into_iter().zip(self.b.function.inst(branch).results.to_vec()) {
            self.add(value, ct);
        }
        Ok(())
    }

    pub(super) fn r#while(&mut self, inst: &Inst) -> Result<()> {
        let counter = counted::counter(self.b.function, inst).filter(|c| (c.position, c.first, c.step) == (0, 0, 1));
        let Some(counter) = counter else { return Err(not_linear(inst)) };
        let fewer = if counter.exact { None } else { counted::fewer(self.b.function, inst) };
        let body = inst.regions[1];
        let region = self.b.function.region(body).clone();
        let (active, used) = self.reached(inst, body);
        if active.is_empty() {
            return Ok(());
        }

        let mut state = vec![];
        for &i in &active {
            let ct = self.cotangent(inst.results[i]);
            state.push(ct.unwrap_or_else(|| self.b.full_like(inst.operands[i], 0.0)));
        }
        // A sum starts from the cotangent known so far, so nothing must be added after the loop.
        for &value in &used {
            let ct = self.cotangent(value);
            state.push(ct.unwrap_or_else(|| self.b.full_like(value, 0.0)));
        }

        let back = self.b.function.add_region();
        let index = self.b.function.add_region_param(back, self.b.shape(inst.operands[0]).clone());
        let mut params = vec![];
        for &value in &state {
            let shape = self.b.shape(value).clone();
            params.push(self.b.function.add_region_param(back, shape));
        }
        let here = std::mem::replace(&mut self.b.region, back);
        let trips = match fewer {
            Some(fewer) => fewer,
            None => self.b.scalar(DType::I32, counter.trips as f64),
        };
        let one = self.b.scalar(DType::I32, 1.0);
        let last = self.b.sub(trips, one);
        let iteration = self.b.sub(last, index);
        self.b.region = here;

        // Tangents of the state at the beginning of an iteration. The transposed body gives their cotangents.
        let aside = self.b.function.add_region();
        let mut map = edit::Map::default();
        map.insert(region.params[0], iteration);
        for &param in &region.params[1..] {
            let shape = self.b.shape(param).clone();
            let tangent = self.b.function.add_region_param(aside, shape);
            self.linear.insert(tangent);
            map.insert(param, tangent);
        }
        let starts: Vec<ValueId> = active.iter().map(|&i| map[&region.params[i]]).collect();
        let (insts, map) = self.unfold(body, back, map)?;
        let (carried, sums) = params.split_at(active.len());
        let seeds: Vec<(ValueId, ValueId)> =
            active.iter().zip(carried).map(|(&i, &ct)| (edit::mapped(&map, region.results[i]), ct)).collect();
        let known = used.iter().copied().zip(sums.iter().copied()).collect();
        let wanted = [&starts[..], &used[..]].concat();
        let results = self.within(back, &insts, known, &seeds, &wanted)?;
        self.b.function.region_mut(back).results = results;

        let results = counted::emit_body(&mut self.b, counter.trips, fewer, &state, back)?;
        let (carried, sums) = results.split_at(active.len());
        // Record the sums first: an initial value of the loop may also be one of its captures.
        self.cotangents.extend(used.into_iter().zip(sums.iter().copied()));
        for (&i, &ct) in active.iter().zip(carried) {
            if self.is_linear(inst.operands[i]) {
                self.add(inst.operands[i], ct);
            }
        }
        Ok(())
    }

    /// The positions in a loop's state, and the captures, that the cotangents of its results reach.
    fn reached(&self, inst: &Inst, body: RegionId) -> (Vec<usize>, Vec<ValueId>) {
        let region = self.b.function.region(body);
        let tangents: FxHashSet<ValueId> = region.params[1..].iter().copied().collect();
        let mut active: Vec<usize> = (1..inst.results.len()).filter(|&i| self.cotangent(inst.results[i]).is_some()).collect();
        loop {
            let outputs: Vec<ValueId> = active.iter().map(|&i| region.results[i]).collect();
            let leaves = self.leaves_among(body, &outputs, &tangents);
            let also = (1..inst.results.len()).filter(|i| !active.contains(i) && leaves.contains(&region.params[*i])).collect::<Vec<_>>();
            if also.is_empty() {
                active.sort_unstable();
                return (active, leaves.into_iter().filter(|v| !tangents.contains(v)).collect());
            }
            active.extend(also);
        }
    }

    /// The captured tangents on which `outputs`, values of a region, depend.
    fn leaves(&self, region: RegionId, outputs: &[ValueId]) -> Vec<ValueId> {
        self.leaves_among(region, outputs, &FxHashSet::default())
    }

    /// As [`leaves`](Self::leaves), but also returns the tangents among the region's parameters, `tangents`.
    fn leaves_among(&self, region: RegionId, outputs: &[ValueId], tangents: &FxHashSet<ValueId>) -> Vec<ValueId> {
        let f = &self.b.function;
        let mut linear: FxHashSet<ValueId> = tangents.clone();
        let mut defined: FxHashSet<ValueId> = FxHashSet::default();
        let insts: Vec<(InstId, Vec<ValueId>)> = f.region(region).insts.iter().map(|&id| (id, edit::used(f, id))).collect();
        for (id, used) in &insts {
            if used.iter().any(|v| linear.contains(v) || self.is_linear(*v)) {
                linear.extend(&f.inst(*id).results);
            }
            defined.extend(&f.inst(*id).results);
        }
        let mut needed: FxHashSet<ValueId> = outputs.iter().copied().collect();
        for (id, used) in insts.iter().rev() {
            if f.inst(*id).results.iter().any(|v| needed.contains(v) && linear.contains(v)) {
                needed.extend(used);
            }
        }
        // Sorted, because the order of a set is not defined.
        let mut leaves: Vec<ValueId> =
            needed.into_iter().filter(|v| !defined.contains(v) && (linear.contains(v) || self.is_linear(*v))).collect();
        leaves.sort_unstable();
        leaves
    }

    /// Copies the instructions of a linear region. The copies that depend on no tangent go to the end of `to`. Returns
    /// the other copies, whose results are now known to be linear, and the map from the region's values to their
    /// copies.
    pub(super) fn unfold(&mut self, region: RegionId, to: RegionId, mut map: edit::Map) -> Result<(Vec<InstId>, edit::Map)> {
        let aside = self.b.function.add_region();
        let insts = self.b.function.region(region).insts.clone();
        edit::copy_insts(self.b.function, &insts, aside, &mut map, edit::Effects::Drop)?;
        crate::transform::split(self.b.function, aside, to, &mut self.linear);
        Ok((std::mem::take(&mut self.b.function.region_mut(aside).insts), map))
    }

    /// Transposes instructions into `region`. `seeds` pairs values with their cotangents; `known` holds further
    /// cotangents to start from. Returns the cotangents of `wanted`, zeros for values that no cotangent reaches.
    pub(super) fn within(
        &mut self,
        region: RegionId,
        insts: &[InstId],
        known: FxHashMap<ValueId, ValueId>,
        seeds: &[(ValueId, ValueId)],
        wanted: &[ValueId],
    ) -> Result<Vec<ValueId>> {
        let around = std::mem::replace(&mut self.cotangents, known);
        let here = std::mem::replace(&mut self.b.region, region);
        for &(value, ct) in seeds {
            if self.is_linear(value) {
                self.add(value, ct);
            }
        }
        let transposed: Result<()> = insts.iter().rev().try_for_each(|&id| self.inst(id));
        let mut found = vec![];
        for &value in wanted {
            found.push(self.cotangent(value).unwrap_or_else(|| self.b.full_like(value, 0.0)));
        }
        self.b.region = here;
        self.cotangents = around;
        transposed?;
        Ok(found)
    }
}
