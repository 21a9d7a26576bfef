// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching of control flow.

use super::{Batch, Lifted};
use crate::edit;
use crate::{BinaryOp, Direction, Inst, Op, RegionId, Result, UnaryOp, ValueId};

impl Batch<'_> {
    /// Batches `if` and `case`. A shared condition gives one branch for all examples. A batched condition computes
    /// every branch and selects.
    pub(super) fn branch(&mut self, inst: &Inst, condition: Lifted) -> Result<Vec<Lifted>> {
        if condition.each {
            return self.selected(inst, condition.value);
        }
        let each = self.each_result(inst)?;
        let mut regions = vec![];
        for &branch in &inst.regions {
            let region = self.b.function.add_region();
            regions.push(self.within(region, branch, &each)?);
        }
        let copy = self.b.emit_inst(inst.op.clone(), &[condition.value], &regions)?;
        let results = self.b.function.inst(copy).results.clone();
        Ok(results.iter().zip(each).map(|(&value, each)| Lifted { value, each }).collect())
    }

    /// For each result, whether it is batched in any branch.
    fn each_result(&mut self, inst: &Inst) -> Result<Vec<bool>> {
        let mut each = vec![false; inst.results.len()];
        for &branch in &inst.regions {
            let scratch = self.b.function.add_region();
            for (each, result) in each.iter_mut().zip(self.run(scratch, branch)?) {
                *each |= result.each;
            }
        }
        Ok(each)
    }

    fn selected(&mut self, inst: &Inst, condition: ValueId) -> Result<Vec<Lifted>> {
        let here = self.b.region;
        let taken = self.taken(inst, condition);
        let mut branches: Vec<Vec<Lifted>> = vec![];
        for (&branch, &taken) in inst.regions.iter().zip(&taken) {
            let before = self.map.clone();
            self.guard(branch, taken);
            let results = self.run(here, branch)?;
            self.map = before;
            branches.push(results);
        }
        let mut chosen = branches.pop().expect("an op that branches has branches");
        for (branch, taken) in branches.into_iter().zip(taken).rev() {
            for (chosen, other) in chosen.iter_mut().zip(branch) {
                *chosen = self.chosen(taken, other, *chosen);
            }
        }
        Ok(chosen)
    }

    /// For each branch, which examples take it.
    fn taken(&mut self, inst: &Inst, condition: ValueId) -> Vec<ValueId> {
        let mut taken: Vec<ValueId> = vec![];
        for i in 0..inst.regions.len() - 1 {
            taken.push(match &inst.op {
                Op::If => condition,
                _ => {
                    let number = self.b.full_like(condition, i as f64);
                    self.b.compare(Direction::Eq, condition, number)
                }
            });
        }
        let last = taken.iter().copied().reduce(|a, b| self.b.binary(BinaryOp::Or, a, b));
        taken.extend(last.map(|others| self.b.unary(UnaryOp::Not, others)));
        taken
    }

    /// Makes the values that a region captures constants for the examples that do not take it: their derivatives there
    /// may be infinite, and an infinity times the zero of a side that is not chosen is not a number. Shared tensors are
    /// left as they are, for a copy of them for each example is dear.
    fn guard(&mut self, region: RegionId, taken: ValueId) {
        for value in edit::captures(self.b.function, &[region]) {
            let x = self.lifted(value);
            let shape = self.b.shape(x.value);
            if shape.dtype.is_differentiable() && (x.each || shape.rank() == 0) {
                let guarded = self.guarded(taken, x);
                self.map.insert(value, guarded);
            }
        }
    }

    /// The same value, but a constant for derivatives of the examples that are not `taken`.
    fn guarded(&mut self, taken: ValueId, x: Lifted) -> Lifted {
        let constant = Lifted { value: self.b.stop_gradient(x.value), ..x };
        self.chosen(taken, x, constant)
    }

    /// Selects `on_true` for the examples whose predicate is true, and `on_false` for the others.
    fn chosen(&mut self, predicate: ValueId, on_true: Lifted, on_false: Lifted) -> Lifted {
        let (x, y) = (self.whole(on_true), self.whole(on_false));
        let dims = self.b.shape(x).dims.clone();
        let predicate = self.b.broadcast(predicate, &dims, &[0]);
        Lifted { value: self.b.select(predicate, x, y), each: true }
    }

    pub(super) fn r#while(&mut self, inst: &Inst, x: &[Lifted]) -> Result<Vec<Lifted>> {
        let (cond, body) = (inst.regions[0], inst.regions[1]);
        let mut each: Vec<bool> = x.iter().map(|l| l.each).collect();
        let per_example = loop {
            let state = self.scratch_state(inst, &each);
            let scratch = self.b.function.add_region();
            self.bind(cond, &state);
            let goes_on = self.run(scratch, cond)?[0].each;
            self.bind(body, &state);
            let next = self.run(scratch, body)?;
            let kept = self.kept(body);
            let now: Vec<bool> = (0..x.len()).map(|i| each[i] || next[i].each || (goes_on && !kept[i])).collect();
            if now == each {
                break goes_on;
            }
            each = now;
        };
        let operands: Vec<ValueId> = x.iter().zip(&each).map(|(&l, &each)| if each { self.whole(l) } else { l.value }).collect();
        let results = if per_example { self.masked(cond, body, &operands, &each)? } else { self.joint(cond, body, &operands, &each)? };
        Ok(results.into_iter().zip(each).map(|(value, each)| Lifted { value, each }).collect())
    }

    /// Batches a loop with a shared condition: all examples run the same number of iterations.
    fn joint(&mut self, cond: RegionId, body: RegionId, operands: &[ValueId], each: &[bool]) -> Result<Vec<ValueId>> {
        let [conditions, bodies] = [cond, body].map(|source| {
            let region = self.b.function.add_region();
            let state = self.params(region, operands, each);
            self.bind(source, &state);
            region
        });
        let conditions = self.within(conditions, cond, &[false])?;
        let bodies = self.within(bodies, body, each)?;
        let copy = self.b.emit_inst(Op::While, operands, &[conditions, bodies])?;
        Ok(self.b.function.inst(copy).results.to_vec())
    }

    /// Batches a loop with a batched condition. It runs while any example's condition holds. A further part of its
    /// state says for which examples it holds; the others keep their state.
    fn masked(&mut self, cond: RegionId, body: RegionId, operands: &[ValueId], each: &[bool]) -> Result<Vec<ValueId>> {
        let here = self.b.region;
        let state = operands.iter().zip(each).map(|(&value, &each)| Lifted { value, each }).collect::<Vec<_>>();
        self.bind(cond, &state);
        let first = self.run(here, cond)?[0];
        let first = self.whole(first);
        let operands = [operands, &[first]].concat();
        let each = [each, &[true]].concat();

        let any = self.b.function.add_region();
        let state = self.params(any, &operands, &each);
        self.b.region = any;
        let goes_on = self.b.reduce(BinaryOp::Or, state[state.len() - 1].value, &[0]);
        self.b.function.region_mut(any).results = vec![goes_on];

        let step = self.b.function.add_region();
        let old = self.params(step, &operands, &each);
        let (active, old) = (old[old.len() - 1], &old[..old.len() - 1]);
        self.b.region = step;
        let guarded = |batch: &mut Self, x: &Lifted| {
            let differentiable = batch.b.shape(x.value).dtype.is_differentiable();
            if x.each && differentiable { batch.guarded(active.value, *x) } else { *x }
        };
        let kept: Vec<Lifted> = old.iter().map(|x| guarded(self, x)).collect();
        self.bind(body, &kept);
        let new = self.run(step, body)?;
        self.b.region = step;
        let mut next = vec![];
        for ((old, new), &each) in old.iter().zip(new).zip(&each) {
            next.push(if each { self.chosen(active.value, new, *old) } else { *old });
        }
        self.bind(cond, &next);
        let goes_on = self.run(step, cond)?[0];
        self.b.region = step;
        let goes_on = self.whole(goes_on);
        self.b.function.region_mut(step).results = next.iter().map(|l| l.value).chain([goes_on]).collect();

        self.b.region = here;
        let copy = self.b.emit_inst(Op::While, &operands, &[any, step])?;
        let mut results = self.b.function.inst(copy).results.to_vec();
        results.pop();
        Ok(results)
    }

    /// For each part of a loop's state, whether the body leaves it unchanged.
    fn kept(&self, body: RegionId) -> Vec<bool> {
        let region = self.b.function.region(body);
        region.params.iter().zip(&region.results).map(|(p, r)| p == r).collect()
    }

    /// Values with the shapes of a loop's state, in a scratch region.
    fn scratch_state(&mut self, inst: &Inst, each: &[bool]) -> Vec<Lifted> {
        let scratch = self.b.function.add_region();
        let mut state = vec![];
        for (&operand, &each) in inst.operands.iter().zip(each) {
            let mut shape = self.b.shape(operand).clone();
            if each {
                shape.dims.insert(0, crate::Dim::Lit(self.size));
            }
            state.push(Lifted { value: self.b.function.add_region_param(scratch, shape), each });
        }
        state
    }

    /// Adds to a region a parameter of the shape of each value.
    pub(super) fn params(&mut self, region: RegionId, values: &[ValueId], each: &[bool]) -> Vec<Lifted> {
        let mut params = vec![];
        for (&value, &each) in values.iter().zip(each) {
            let shape = self.b.shape(value).clone();
            params.push(Lifted { value: self.b.function.add_region_param(region, shape), each });
        }
        params
    }

    /// Maps the parameters of a source region to lifted values.
    pub(super) fn bind(&mut self, source: RegionId, values: &[Lifted]) {
        let params = self.b.function.region(source).params.clone();
        self.map.extend(params.into_iter().zip(values.iter().copied()));
    }

    /// Batches a source region, whose parameters are bound, into `to`. Returns its results.
    pub(super) fn run(&mut self, to: RegionId, source: RegionId) -> Result<Vec<Lifted>> {
        let here = std::mem::replace(&mut self.b.region, to);
        for id in self.b.function.region(source).insts.clone() {
            self.inst(id)?;
        }
        self.b.region = here;
        Ok(self.b.function.region(source).results.iter().map(|&v| self.lifted(v)).collect())
    }

    /// As [`run`](Self::run), and sets the results of `to`. Where `each` is true, the result is batched.
    pub(super) fn within(&mut self, to: RegionId, source: RegionId, each: &[bool]) -> Result<RegionId> {
        let results = self.run(to, source)?;
        let here = std::mem::replace(&mut self.b.region, to);
        let results: Vec<ValueId> = results.into_iter().zip(each).map(|(l, &each)| if each { self.whole(l) } else { l.value }).collect();
        self.b.region = here;
        self.b.function.region_mut(to).results = results;
        Ok(to)
    }

    /// Batches another form of an instruction: `emit` writes it as instructions of the source, which are then batched.
    pub(super) fn through(&mut self, emit: impl FnOnce(&mut crate::Builder<'_>) -> Result<Vec<ValueId>>) -> Result<Vec<Lifted>> {
        let scratch = self.b.function.add_region();
        let here = std::mem::replace(&mut self.b.region, scratch);
        let values = emit(&mut self.b);
        self.b.region = here;
        self.b.function.region_mut(scratch).results = values?;
        self.run(here, scratch)
    }

    /// Batches a source region on lifted arguments into the current region.
    pub(super) fn inlined(&mut self, source: RegionId, args: &[Lifted]) -> Result<Vec<Lifted>> {
        self.bind(source, args);
        let here = self.b.region;
        self.run(here, source)
    }

    /// The operands and captures of an instruction, each with its lifted value.
    pub(super) fn uses(&self, inst: &Inst) -> Vec<(ValueId, Lifted)> {
        let free = edit::captures(self.b.function, &inst.regions);
        inst.operands.iter().copied().chain(free).map(|v| (v, self.lifted(v))).collect()
    }
}
