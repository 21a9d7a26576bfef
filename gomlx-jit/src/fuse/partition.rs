// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The partition of a function into units: visits each region once, from the last instruction to the first.

use gomlx_ir::edit::captures;
use gomlx_ir::{Def, Dims, Function, Inst, InstId, Op, RegionId, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::cost;
use super::demand::{Demand, Precedence, Request, UnitId};
use super::group::{Group, Root};
use super::host::{Inner, ReducedDims};
use super::storage_view::reads;
use super::stored::Stored;
use super::unit::Unit;
use crate::loops::index::{Index, is_view, through};
use crate::loops::support::{is_elementwise, is_loop_reduction, is_loop_view};

/// The longest chain of ops that several units compute instead of loading a stored result.
const MAX_DUPLICATED: usize = 6;
/// The most large operands of a value that several units compute. If two units need a value with two large operands,
/// loading the operands twice moves as many bytes as storing the value once and loading it.
const MAX_LOADED: usize = 2;

/// The schedule of a function's body.
#[derive(Debug, Default)]
pub(crate) struct Partition {
    pub(crate) units: Vec<Unit>,
    pub(crate) stored: Stored,
}

/// Cuts the body of a function of static shapes into units.
pub(crate) fn partition(function: &Function) -> Partition {
    let mut stored = Stored::default();
    let (units, outside) = region(function, Function::BODY, &mut stored);
    debug_assert!(outside.is_empty(), "nothing is around a function's body");
    Partition { units, stored }
}

/// Cuts a region into units. Also gives the values that the region captures.
fn region(function: &Function, region: RegionId, stored: &mut Stored) -> (Vec<Unit>, Vec<ValueId>) {
    let mut state = Partitioner {
        function,
        demands: FxHashMap::default(),
        order: Precedence::default(),
        units: vec![],
        positions: vec![],
        stored,
        effect: None,
    };
    let source = function.region(region);
    state.stored.values.extend(&source.params);
    for &result in &source.results {
        state.demand(result).is_result = true;
    }
    for (position, &inst) in source.insts.iter().enumerate().rev() {
        state.visit(position, inst);
    }
    let insts: FxHashSet<InstId> = source.insts.iter().copied().collect();
    let own = |value: &ValueId| match function.value(*value).def {
        Def::Param(of, _) => of == region,
        Def::Result(inst, _) => insts.contains(&inst),
    };
    let mut outside: Vec<ValueId> = state.demands.iter().filter(|(_, d)| !d.is_none()).map(|(v, _)| *v).filter(|v| !own(v)).collect();
    outside.sort_unstable();
    let schedule = state.order.schedule(|unit| state.positions[unit]);
    let mut units: Vec<Option<Unit>> = state.units.into_iter().map(Some).collect();
    (schedule.into_iter().map(|u| units[u].take().expect("a schedule has each unit once")).collect(), outside)
}

pub(super) struct Partitioner<'f> {
    function: &'f Function,
    demands: FxHashMap<ValueId, Demand>,
    pub(super) order: Precedence,
    units: Vec<Unit>,
    /// Position of the first instruction of each unit, for a schedule near the program's order.
    positions: Vec<usize>,
    stored: &'f mut Stored,
    /// The unit of the following instruction with an effect. Effects keep their order.
    effect: Option<UnitId>,
}

impl Partitioner<'_> {
    fn demand(&mut self, value: ValueId) -> &mut Demand {
        self.demands.entry(value).or_default()
    }

    fn dims(&self, value: ValueId) -> Dims {
        self.function.shape(value).sizes()
    }

    fn group(&mut self, unit: UnitId) -> &mut Group {
        match &mut self.units[unit] {
            Unit::Loops(group) => group,
            Unit::Library(_) | Unit::Control(..) => unreachable!("only loop nests make requests"),
        }
    }

    pub(super) fn group_of(&self, unit: UnitId) -> &Group {
        match &self.units[unit] {
            Unit::Loops(group) => group,
            Unit::Library(_) | Unit::Control(..) => unreachable!("only loop nests make requests"),
        }
    }

    fn add_unit(&mut self, unit: Unit, position: usize) -> UnitId {
        self.units.push(unit);
        self.positions.push(position);
        self.order.add_unit()
    }

    fn request(&mut self, value: ValueId, unit: UnitId, index: Index, duplicated: usize) {
        if self.function.shape(value).num_elements() > 0 && !self.group_of(unit).is_empty() {
            self.demand(value).add(Request { unit, index, duplicated });
        }
    }

    fn visit(&mut self, position: usize, id: InstId) {
        let inst = self.function.inst(id);
        let wanted = inst.results.iter().any(|r| self.demands.get(r).is_some_and(|d| !d.is_none()));
        if !wanted && !self.function.has_effect(id) {
            return;
        }
        match &inst.op {
            Op::Constant(_) => {}
            Op::OptimizationBarrier => self.barrier(inst),
            Op::If | Op::Case | Op::While => self.control(position, id, inst),
            Op::Reduce(_) if is_loop_reduction(self.function, inst) => self.reduce(position, id, inst),
            Op::Reshape(_) => self.alias(inst.results[0], inst.operands[0]),
            _ if is_loop_view(self.function, inst) => self.view(position, id, inst),
            _ if is_elementwise(self.function, inst) => self.elementwise(position, id, inst),
            Op::BitcastConvert(_) => self.same_bytes(inst.results[0], inst.operands[0]),
            _ => self.library(position, id, inst),
        }
    }

    /// Makes the results of a barrier aliases of its operands.
    fn barrier(&mut self, inst: &Inst) {
        for (&result, &operand) in inst.results.iter().zip(&inst.operands) {
            self.alias(result, operand);
        }
    }

    /// Moves all demand for `value` to `of`, which has the same elements in row-major order.
    fn alias(&mut self, value: ValueId, of: ValueId) {
        let Some(demand) = self.demands.remove(&value) else { return };
        let (dims, from) = (self.dims(value), self.dims(of));
        if demand.is_stored() {
            self.stored.aliases.insert(value, of);
        }
        for request in demand.requests {
            let index = match dims == from {
                true => request.index,
                false => request.index.reshaped(&dims, &from, &self.group_of(request.unit).axes),
            };
            self.request(of, request.unit, index, request.duplicated);
        }
        let target = self.demand(of);
        target.readers.extend(demand.readers);
        target.is_result |= demand.is_result;
    }

    /// Makes all users of `value` read the storage of `of`, which has the same bytes.
    fn same_bytes(&mut self, value: ValueId, of: ValueId) {
        let Some(demand) = self.demands.remove(&value) else { return };
        self.stored.aliases.insert(value, of);
        self.stored.values.insert(value);
        let target = self.demand(of);
        target.readers.extend(demand.units());
        target.is_result |= demand.is_result;
    }

    fn view(&mut self, position: usize, id: InstId, inst: &Inst) {
        let (result, operand) = (inst.results[0], inst.operands[0]);
        let demand = self.demands[&result].clone();
        let (to, from) = (self.function.shape(result).clone(), self.function.shape(operand).clone());
        let pulled = |state: &Self, r: &Request| through(&inst.op, &r.index, &to, &from, &state.group_of(r.unit).axes);
        let store = demand.is_stored() || demand.requests.iter().any(|r| pulled(self, r).is_none());
        if store && matches!(inst.op, Op::Transpose(_)) {
            // The library's copy works in blocks that fit the cache on both sides.
            return self.library(position, id, inst);
        }
        if store {
            let (unit, index) = self.store(position, result, &demand, true);
            self.inline(id, unit, &index, 0);
            return;
        }
        for request in &demand.requests {
            let index = pulled(self, request).expect("checked above");
            self.request(operand, request.unit, index, request.duplicated);
        }
    }

    fn elementwise(&mut self, position: usize, id: InstId, inst: &Inst) {
        let result = inst.results[0];
        let demand = self.demands[&result].clone();
        let dtype = self.function.shape(inst.operands.first().copied().unwrap_or(result)).dtype;
        let cheap = cost::is_cheap(&inst.op, dtype);
        let duplicate = demand.requests.len() > 1;
        let depth = demand.requests.iter().map(|r| r.duplicated).max().unwrap_or(0) + usize::from(duplicate);
        let dims = self.dims(result);
        let elements: usize = dims.iter().product();
        let is_iota = matches!(inst.op, Op::Iota { .. });
        let fits = |state: &Self, r: &Request| {
            let group = state.group_of(r.unit);
            let repeated = !cheap && elements * 4 <= group.iterations() && !group.is_outer(&r.index, &dims) && elements > 1;
            let repeats_scalar = !cheap && elements == 1 && group.iterations() > 1 && !group.is_outer(&r.index, &dims);
            let crowded = group.loads >= Group::MAX_LOADS && inst.operands.len() > 1 && elements > 1;
            let affine = !is_iota || r.index.axes(&dims, &group.axes).is_some();
            group.ops < Group::MAX_OPS && !crowded && !repeated && !repeats_scalar && affine
        };
        let compute = !demand.is_stored()
            && (!duplicate || (cheap && depth <= MAX_DUPLICATED && self.loads_few(result)))
            && demand.requests.iter().all(|r| fits(self, r));
        if compute {
            for request in &demand.requests {
                let duplicated = if duplicate { depth } else { request.duplicated };
                self.inline(id, request.unit, &request.index, duplicated);
            }
            return;
        }
        let crowded = demand.requests.iter().any(|r| self.group_of(r.unit).loads >= Group::MAX_LOADS);
        let (unit, index) = self.store(position, result, &demand, is_iota || crowded);
        self.inline(id, unit, &index, 0);
    }

    /// Whether the loop ops that compute a value are few and load at most `MAX_LOADED` large values.
    fn loads_few(&self, value: ValueId) -> bool {
        let large = self.function.shape(value).num_elements() / 2;
        let (mut stack, mut seen, mut loaded) = (vec![value], FxHashSet::default(), 0);
        while let Some(value) = stack.pop() {
            // A group of more ops is refused anyway, and each look must take a bounded time.
            if seen.len() >= Group::MAX_OPS {
                return false;
            }
            if !seen.insert(value) || self.function.shape(value).num_elements() <= large {
                continue;
            }
            match self.function.value(value).def {
                Def::Result(inst, position) => {
                    let inst = self.function.inst(inst);
                    match &inst.op {
                        Op::Constant(_) => {}
                        Op::OptimizationBarrier => stack.push(inst.operands[position]),
                        _ if is_elementwise(self.function, inst) || is_loop_view(self.function, inst) => stack.extend(&inst.operands),
                        _ => loaded += 1,
                    }
                }
                Def::Param(..) => loaded += 1,
            }
            if loaded > MAX_LOADED {
                return false;
            }
        }
        true
    }

    /// Requests the operands of an instruction that a group computes.
    fn inline(&mut self, id: InstId, unit: UnitId, index: &Index, duplicated: usize) {
        let inst = self.function.inst(id);
        self.group(unit).ops += 1;
        let result = self.function.shape(inst.results[0]).clone();
        for &operand in &inst.operands {
            let shape = self.function.shape(operand);
            let index = match &inst.op {
                op if is_view(op) => through(op, index, &result, shape, &self.group_of(unit).axes).expect("a stored view has its own axes"),
                _ if shape.rank() == 0 && result.rank() > 0 => Index::Axes(SmallVec::new()),
                _ => index.clone(),
            };
            self.request(operand, unit, index, duplicated);
        }
    }

    /// Makes `value` a root of a group that already computes it, or of a new group. Other units load it.
    fn store(&mut self, position: usize, value: ValueId, demand: &Demand, apart: bool) -> (UnitId, Index) {
        let dims = self.dims(value);
        let host = if apart { None } else { self.host(demand, &dims, None).map(|(unit, index, _)| (unit, index)) };
        let (unit, index) = host.unwrap_or_else(|| {
            let unit = self.add_unit(Unit::Loops(Group::over(&dims)), position);
            (unit, Index::identity(dims.len()))
        });
        self.root(position, unit, value, index.clone(), demand);
        (unit, index)
    }

    fn root(&mut self, position: usize, unit: UnitId, value: ValueId, index: Index, demand: &Demand) {
        self.group(unit).roots.push(Root { value, index });
        self.positions[unit] = self.positions[unit].min(position);
        for other in demand.units() {
            self.order.add(unit, other);
        }
        self.stored.values.insert(value);
    }

    fn reduce(&mut self, position: usize, id: InstId, inst: &Inst) {
        let Op::Reduce(over) = &inst.op else { unreachable!("visited for reduce") };
        let operands = &inst.operands[..inst.operands.len() / 2];
        let from = self.dims(operands[0]);
        let results: SmallVec<[(ValueId, Demand); 2]> =
            inst.results.iter().filter_map(|r| self.demands.get(r).filter(|d| !d.is_none()).map(|d| (*r, d.clone()))).collect();
        let dims = self.dims(inst.results[0]);
        let reduced = ReducedDims::new(&from, over);
        let mut all = Demand::default();
        for (_, demand) in &results {
            demand.requests.iter().for_each(|r| all.add(r.clone()));
            all.readers.extend(demand.readers.iter().copied());
        }
        let host = self.host(&all, &dims, Some(&reduced));
        let (unit, index, inner) = host.unwrap_or_else(|| {
            let unit = self.add_unit(Unit::Loops(Group::over(&dims)), position);
            (unit, Index::identity(dims.len()), Inner::Appended)
        });
        let group = self.group(unit);
        match inner {
            Inner::Unchanged => {}
            Inner::Chosen(axes) => group.inner = Some(axes),
            Inner::Appended => {
                let first = group.axes.len();
                group.axes.extend(reduced.dims.iter().copied());
                group.inner = Some((first..group.axes.len()).collect());
            }
        }
        group.ops += 1;
        group.reductions.insert(id, index.clone());
        for (value, demand) in &results {
            let elsewhere = demand.units().any(|u| u != unit) || demand.is_stored() || demand.requests.iter().any(|r| r.index != index);
            if elsewhere {
                self.root(position, unit, *value, index.clone(), demand);
            }
        }
        let inputs = self.group_of(unit).reduced(&index, &from, over).expect("a group is chosen so that its axes match");
        for &operand in operands {
            self.request(operand, unit, inputs.clone(), 0);
        }
        for &initial in &inst.operands[operands.len()..] {
            self.request(initial, unit, Index::Axes(SmallVec::new()), 0);
        }
    }

    fn library(&mut self, position: usize, id: InstId, inst: &Inst) {
        let unit = self.apart(Unit::Library(id), position, id, inst);
        for read in reads(self.function, inst) {
            self.demand(read).readers.push(unit);
        }
        for read in captures(self.function, &inst.regions) {
            self.demand(read).readers.push(unit);
        }
    }

    /// A unit that stores all results of an instruction.
    fn apart(&mut self, unit: Unit, position: usize, id: InstId, inst: &Inst) -> UnitId {
        let unit = self.add_unit(unit, position);
        if self.function.has_effect(id)
            && let Some(later) = self.effect.replace(unit)
        {
            self.order.add(unit, later);
        }
        for &result in &inst.results {
            self.stored.values.insert(result);
            if let Some(demand) = self.demands.get(&result).cloned() {
                for other in demand.units() {
                    self.order.add(unit, other);
                }
                for request in &demand.requests {
                    self.group(request.unit).loads += 1;
                }
            }
        }
        unit
    }

    fn control(&mut self, position: usize, id: InstId, inst: &Inst) {
        let mut handed_on = vec![];
        if inst.op == Op::While {
            let (condition, body) = (self.function.region(inst.regions[0]), self.function.region(inst.regions[1]));
            for (i, (&operand, &result)) in inst.operands.iter().zip(&inst.results).enumerate() {
                // State that the body leaves unchanged equals the operand in every iteration.
                let unchanged = body.results[i] == body.params[i];
                let held = if unchanged { operand } else { result };
                self.stored.aliases.insert(condition.params[i], held);
                self.stored.aliases.insert(body.params[i], held);
                if unchanged {
                    self.alias(result, operand);
                    handed_on.push((result, operand));
                }
            }
        }
        let unit = self.apart(Unit::Control(id, vec![]), position, id, inst);
        for (result, operand) in handed_on {
            // No unit stores the result: a unit that loads it loads the operand.
            self.stored.values.remove(&result);
            self.stored.aliases.insert(result, operand);
        }
        for &operand in &inst.operands {
            self.demand(operand).readers.push(unit);
        }
        let mut regions = vec![];
        for &inner in &inst.regions {
            let (units, outside) = region(self.function, inner, self.stored);
            regions.push(units);
            for value in outside {
                self.stored.values.insert(value);
                self.demand(value).readers.push(unit);
            }
        }
        self.units[unit] = Unit::Control(id, regions);
    }
}
