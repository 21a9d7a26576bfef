// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of `while`.
//!
//! In forward mode the tangents become further state of the loop, or of a copy if the loop cannot be extended in place.
//!
//! To be transposed, the tangents get a counted loop of their own that is linear in them. The original loop writes the
//! residuals of each iteration to buffers, which have an element for each iteration and are allocated before the loop;
//! the linear loop reads them. Values that cheap ops recompute are not written (see [`Residuals`]).

use super::branch::at;
use super::{Jvp, Mode, first};
use crate::edit;
use crate::transform::counted::{self, Counter, read, write};
use crate::transform::residuals::Residuals;
use crate::transform::{linearize_region, sweep};
use crate::{Code, DType, Diagnostic, Inst, InstId, Op, Region, RegionId, Result, Shape, ValueId};

impl Jvp<'_> {
    pub(super) fn r#while(&mut self, id: InstId, inst: &Inst, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        match self.mode {
            Mode::Forward => self.forward_loop(id, inst, t),
            Mode::Linearize => self.linear_loop(id, t),
        }
    }

    fn forward_loop(&mut self, id: InstId, inst: &Inst, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        let active = self.active(&inst.results);
        let started = self.started(inst, &active, t);
        let captured = self.captured(&[inst.regions[1]]);
        let outer = started.iter().copied().chain(captured.iter().map(|&(_, t)| t));
        if self.hoist(id, outer) {
            let body = self.b.function.region(inst.regions[1]).clone();
            let (params, results): (Vec<ValueId>, Vec<ValueId>) = started.iter().map(|&t| self.add_state(id, t)).unzip();
            self.step_tangents(inst.regions[1], &body, &active, captured, params)?;
            return Ok(spread(inst.results.len(), &active, &results));
        }
        let operands = [&inst.operands[..], &started].concat();
        let mut regions = vec![];
        for &region in &inst.regions {
            let copied = edit::copy_region(self.b.function, region, &mut edit::Map::default(), edit::Effects::Drop)?;
            regions.push(copied);
        }
        let tangents = [regions[0], regions[1]].map(|region| self.tangent_params(region, &started));
        let body = self.b.function.region(regions[1]).clone();
        self.step_tangents(regions[1], &body, &active, captured, tangents[1].clone())?;
        let results = self.b.emit_inst(Op::While, &operands, &regions)?;
        let results = self.b.function.inst(results).results[inst.results.len()..].to_vec();
        Ok(spread(inst.results.len(), &active, &results))
    }

    /// Extends a loop's body with the tangents of its state: from `params`, the tangents before the iteration, and the
    /// tangents of its captures, it computes the tangents after the iteration.
    fn step_tangents(
        &mut self,
        region: RegionId,
        body: &Region,
        active: &[usize],
        captured: Vec<(ValueId, ValueId)>,
        params: Vec<ValueId>,
    ) -> Result<()> {
        let mut inputs = captured;
        inputs.extend(at(&body.params, active).into_iter().zip(params));
        let outputs = at(&body.results, active);
        let next = Jvp::run(self.b.function, Mode::Forward, region, 0, region, &inputs, &outputs).map_err(first)?;
        self.yield_state(region, &outputs, &next);
        Ok(())
    }

    fn linear_loop(&mut self, id: InstId, t: &[Option<ValueId>]) -> Result<Vec<Option<ValueId>>> {
        let inst = self.b.function.inst(id).clone();
        counted::hoist_kept(self.b.function, &inst);
        let counter = counted::counter(self.b.function, &inst).ok_or_else(unknown_trip_count)?;
        let body = inst.regions[1];
        let region = self.b.function.region(body).clone();
        let active = self.active(&inst.results);
        let mut tangents = t.to_vec();
        let moving: Vec<usize> = active.into_iter().filter(|&i| region.params[i] != region.results[i]).collect();
        if counter.trips == 0 || moving.is_empty() {
            return Ok(tangents);
        }

        let made = self.b.function.num_insts();
        let linear = self.b.function.add_region();
        let index = self.b.function.add_region_param(linear, Shape::scalar(DType::I32));
        let started = self.started(&inst, &moving, t);
        let params = self.tangent_params(linear, &started);
        let mut inputs = self.captured(&[body]);
        inputs.extend(at(&region.params, &moving).into_iter().zip(params));
        let outputs = at(&region.results, &moving);
        let (next, needed) = linearize_region(self.b.function, body, linear, &inputs, &outputs).map_err(first)?;
        self.yield_state(linear, &outputs, &next);

        let residuals = Residuals::choose(self.b.function, body, Some(region.params[counter.position]), &needed);
        let (buffers, trips) = self.extend(id, &counter, &residuals.stored)?;
        self.restore(linear, index, body, &counter, &residuals, &needed, &buffers)?;
        let results = self.b.function.region(body).results.clone();
        sweep(self.b.function, body, made, results);

        let results = counted::emit_body(&mut self.b, counter.trips, trips, &started, linear)?;
        for (&position, &tangent) in moving.iter().zip(&results) {
            tangents[position] = Some(tangent);
        }
        Ok(tangents)
    }

    /// The tangents of the loop's initial state at the given positions.
    fn started(&mut self, inst: &Inst, positions: &[usize], t: &[Option<ValueId>]) -> Vec<ValueId> {
        positions.iter().map(|&i| self.or_zeros(t[i], inst.operands[i])).collect()
    }

    fn tangent_params(&mut self, region: RegionId, like: &[ValueId]) -> Vec<ValueId> {
        let mut params = vec![];
        for &value in like {
            let shape = self.b.shape(value).clone();
            params.push(self.b.function.add_region_param(region, shape));
        }
        params
    }

    /// Adds tangents to the results of a region. Where a tangent is `None`, adds zeros of the shape of its value in
    /// `like`.
    fn yield_state(&mut self, region: RegionId, like: &[ValueId], tangents: &[Option<ValueId>]) {
        let here = std::mem::replace(&mut self.b.region, region);
        for (&like, &tangent) in like.iter().zip(tangents) {
            let tangent = self.or_zeros(tangent, like);
            self.b.function.region_mut(region).results.push(tangent);
        }
        self.b.region = here;
    }

    /// Extends a loop: it writes the stored values of each iteration to buffers, which are further results. If it can
    /// end before its greatest trip count, it also counts its iterations. Returns the buffers and this count.
    fn extend(&mut self, id: InstId, counter: &Counter, stored: &[ValueId]) -> Result<(Vec<ValueId>, Option<ValueId>)> {
        let inst = self.b.function.inst(id).clone();
        let (cond, body) = (inst.regions[0], inst.regions[1]);
        let counts = counter.first == 0 && counter.step == 1;
        let mut index = self.b.function.region(body).params[counter.position];
        let mut count = inst.results[counter.position];
        if !counts && (!stored.is_empty() || !counter.exact) {
            let zero = self.before(id, |b| Ok(b.scalar(DType::I32, 0.0)))?;
            let (param, result) = self.add_state(id, zero);
            let here = std::mem::replace(&mut self.b.region, body);
            let one = self.b.scalar(DType::I32, 1.0);
            let next = self.b.add(param, one);
            self.b.region = here;
            self.b.function.region_mut(body).results.push(next);
            (index, count) = (param, result);
        }
        let mut buffers = vec![];
        for &value in stored {
            let shape = self.b.shape(value).clone();
            let whole = shape.with_dims(std::iter::once(crate::Dim::Lit(counter.trips)).chain(shape.dims.iter().cloned()));
            let empty = self.before(id, |b| Ok(b.full(&whole, 0.0)))?;
            let (param, result) = self.add_state(id, empty);
            let here = std::mem::replace(&mut self.b.region, body);
            let written = write(&mut self.b, param, value, index);
            self.b.region = here;
            self.b.function.region_mut(body).results.push(written?);
            buffers.push(result);
        }
        debug_assert_eq!(self.b.function.region(cond).params.len(), self.b.function.region(body).params.len());
        if counter.exact {
            return Ok((buffers, None));
        }
        Ok((buffers, Some(self.b.convert(count, DType::I32))))
    }

    /// Adds a part with an initial value to the state of a loop. Returns the part's parameter in the body and its
    /// result.
    fn add_state(&mut self, id: InstId, initial: ValueId) -> (ValueId, ValueId) {
        let shape = self.b.shape(initial).clone();
        let f = &mut *self.b.function;
        let regions = f.inst(id).regions.clone();
        f.add_region_param(regions[0], shape.clone());
        let param = f.add_region_param(regions[1], shape.clone());
        f.inst_mut(id).operands.push(initial);
        (param, f.add_result(id, shape))
    }

    /// Prepends to a linear body the instructions that read or recompute the residuals of iteration `index`.
    #[allow(clippy::too_many_arguments)]
    fn restore(
        &mut self,
        linear: RegionId,
        index: ValueId,
        body: RegionId,
        counter: &Counter,
        residuals: &Residuals,
        needed: &[ValueId],
        buffers: &[ValueId],
    ) -> Result<()> {
        let aside = self.b.function.add_region();
        let here = std::mem::replace(&mut self.b.region, aside);
        let mut map = edit::Map::default();
        let param = self.b.function.region(body).params[counter.position];
        if residuals.counter {
            let value = counter.value(&mut self.b, index, param);
            map.insert(param, value);
        }
        for (&value, &buffer) in residuals.stored.iter().zip(buffers) {
            let element = read(&mut self.b, buffer, index)?;
            map.insert(value, element);
        }
        self.b.region = here;
        residuals.restore(self.b.function, linear, aside, map, needed)
    }
}

/// A list of length `len` with the values at the given positions and `None` elsewhere.
fn spread(len: usize, positions: &[usize], values: &[ValueId]) -> Vec<Option<ValueId>> {
    let mut all = vec![None; len];
    for (&position, &value) in positions.iter().zip(values) {
        all[position] = Some(value);
    }
    all
}

fn unknown_trip_count() -> Diagnostic {
    Diagnostic::new(
        Code::Gradient,
        "while: reverse mode goes back through every iteration, but how many there are at most is not known before the loop runs",
    )
    .note("bound the loop: `&&` its condition with a counter that starts at a constant, goes by a constant, and stays below one")
    .note("or use forward mode (jvp), which needs no bound")
}
