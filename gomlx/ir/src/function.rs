// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions and modules: arenas of values, instructions and regions.
//!
//! Invariants (checked by `verify`): an operand is defined before its use, in the
//! same region or one around it; an instruction's results have the shapes that
//! inference gives; the results of a region are values visible at its end.

mod params;

use std::sync::Arc;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use crate::entity::{Arena, InstId, RegionId, ValueId};
use crate::{Location, Op, Result, Shape, infer};

/// What may become of an argument's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Donation {
    /// It stays the caller's.
    Keep,
    /// It may be reused for anything.
    Donate,
    /// It is reused for the result of this position, which has the same shape.
    Alias(usize),
}

/// A list of functions; the first is the entry.
#[derive(Clone, Debug)]
pub struct Module {
    /// Name in text.
    pub name: String,
    /// The functions, entry first; never empty.
    pub functions: Vec<Function>,
}

impl Module {
    /// A module of one function, named after it.
    pub fn new(main: Function) -> Module {
        Module { name: main.name.clone(), functions: vec![main] }
    }

    /// The entry.
    pub fn main(&self) -> &Function {
        &self.functions[0]
    }
}

/// One function: a body region and the arenas it lives in.
#[derive(Clone)]
pub struct Function {
    /// Name in text.
    pub name: String,
    /// For each parameter of the body, what may become of its buffer.
    pub donations: Vec<Donation>,
    values: Arena<ValueId, Value>,
    insts: Arena<InstId, Inst>,
    regions: Arena<RegionId, Region>,
    stopped: FxHashSet<ValueId>,
    #[cfg(feature = "transform")]
    rules: rustc_hash::FxHashMap<ValueId, crate::transform::Rule>,
}

/// A value: its shape and where it comes from.
#[derive(Clone, Debug)]
pub struct Value {
    /// Element type and dims.
    pub shape: Shape,
    /// Definition.
    pub def: Def,
    /// A name for text and messages, where the source gives one.
    pub name: Option<Arc<str>>,
}

/// Where a value is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Def {
    /// A parameter of a region, by position.
    Param(RegionId, usize),
    /// A result of an instruction, by position.
    Result(InstId, usize),
}

/// One application of an op.
#[derive(Clone, Debug)]
pub struct Inst {
    /// What it does.
    pub op: Op,
    /// To what.
    pub operands: SmallVec<[ValueId; 4]>,
    /// Bodies of reductions and control flow.
    pub regions: SmallVec<[RegionId; 2]>,
    /// What it defines.
    pub results: SmallVec<[ValueId; 1]>,
    /// The user's line.
    pub location: Option<Location>,
}

/// A list of instructions with parameters and results.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Values that whoever runs the region gives.
    pub params: Vec<ValueId>,
    /// In order.
    pub insts: Vec<InstId>,
    /// Values that the region yields.
    pub results: Vec<ValueId>,
}

impl Function {
    /// A function without parameters, instructions or results.
    pub fn new(name: impl Into<String>) -> Function {
        let mut regions = Arena::default();
        regions.push(Region::default());
        Function {
            name: name.into(),
            donations: vec![],
            values: Arena::default(),
            insts: Arena::default(),
            regions,
            stopped: FxHashSet::default(),
            #[cfg(feature = "transform")]
            rules: rustc_hash::FxHashMap::default(),
        }
    }

    /// The region that is the function's body.
    pub const BODY: RegionId = RegionId(0);

    /// The body.
    pub fn body(&self) -> &Region {
        &self.regions[Function::BODY]
    }

    /// Parameters of the body.
    pub fn params(&self) -> &[ValueId] {
        &self.body().params
    }

    /// Results of the body.
    pub fn results(&self) -> &[ValueId] {
        &self.body().results
    }

    /// Sets the results of the body.
    pub fn set_results(&mut self, results: Vec<ValueId>) {
        self.regions[Function::BODY].results = results;
    }

    /// Adds a parameter to the body, with what may become of its buffer.
    pub fn add_param(&mut self, shape: Shape, donation: Donation) -> ValueId {
        self.donations.push(donation);
        self.add_region_param(Function::BODY, shape)
    }

    /// Adds an empty region, which belongs to no instruction yet.
    pub fn add_region(&mut self) -> RegionId {
        self.regions.push(Region::default())
    }

    /// Adds a parameter to a region other than the body.
    pub fn add_region_param(&mut self, region: RegionId, shape: Shape) -> ValueId {
        let position = self.regions[region].params.len();
        let value = self.values.push(Value { shape, def: Def::Param(region, position), name: None });
        self.regions[region].params.push(value);
        value
    }

    /// Names a value for text.
    pub fn set_name(&mut self, value: ValueId, name: &str) {
        self.values[value].name = Some(name.into());
    }

    /// Appends an instruction to a region; infers its result shapes.
    ///
    /// # Errors
    /// If the op cannot take these operands; nothing is added then.
    pub fn push(
        &mut self,
        region: RegionId,
        op: Op,
        operands: &[ValueId],
        regions: &[RegionId],
        location: Option<&Location>,
    ) -> Result<InstId> {
        let shapes = infer::infer(self, &op, operands, regions).map_err(|e| e.at(location))?;
        let inst = self.insts.push(Inst {
            op,
            operands: operands.into(),
            regions: regions.into(),
            results: SmallVec::new(),
            location: location.cloned(),
        });
        for (i, shape) in shapes.into_iter().enumerate() {
            let value = self.values.push(Value { shape, def: Def::Result(inst, i), name: None });
            self.insts[inst].results.push(value);
        }
        self.regions[region].insts.push(inst);
        Ok(inst)
    }

    /// Makes a value count as a constant to every derivative.
    pub fn stop_gradient(&mut self, value: ValueId) {
        self.stopped.insert(value);
    }

    /// Whether a value counts as a constant to every derivative.
    pub fn is_stopped(&self, value: ValueId) -> bool {
        self.stopped.contains(&value)
    }

    /// Says how the composite whose first result a value is is differentiated.
    #[cfg(feature = "transform")]
    pub(crate) fn set_rule(&mut self, value: ValueId, rule: crate::transform::Rule) {
        self.rules.insert(value, rule);
    }

    /// How the composite whose first result a value is is differentiated, where that is not by what it computes.
    #[cfg(feature = "transform")]
    pub(crate) fn rule(&self, value: ValueId) -> Option<&crate::transform::Rule> {
        self.rules.get(&value)
    }

    /// Makes the parameters of a region know their positions, after they were put in another order.
    #[cfg(feature = "transform")]
    pub(crate) fn renumber_params(&mut self, region: RegionId) {
        for (position, &param) in self.regions[region].params.iter().enumerate() {
            self.values[param].def = Def::Param(region, position);
        }
    }

    /// A value.
    pub fn value(&self, value: ValueId) -> &Value {
        &self.values[value]
    }

    /// The shape of a value.
    pub fn shape(&self, value: ValueId) -> &Shape {
        &self.values[value].shape
    }

    /// Number of values, all of which have smaller indices.
    pub fn num_values(&self) -> usize {
        self.values.len()
    }

    /// An instruction.
    pub fn inst(&self, inst: InstId) -> &Inst {
        &self.insts[inst]
    }

    /// An instruction, to be changed; `verify` finds what that breaks.
    #[cfg(feature = "transform")]
    pub(crate) fn inst_mut(&mut self, inst: InstId) -> &mut Inst {
        &mut self.insts[inst]
    }

    /// Adds a result to an instruction, for which its op has a shape by now.
    #[cfg(feature = "transform")]
    pub(crate) fn add_result(&mut self, inst: InstId, shape: Shape) -> ValueId {
        let position = self.insts[inst].results.len();
        let value = self.values.push(Value { shape, def: Def::Result(inst, position), name: None });
        self.insts[inst].results.push(value);
        value
    }

    /// Number of instructions, in regions or not.
    pub fn num_insts(&self) -> usize {
        self.insts.len()
    }

    /// Whether an instruction does something besides giving results, itself or in its regions.
    pub fn has_effect(&self, inst: InstId) -> bool {
        let inst = self.inst(inst);
        inst.op.has_effect() || inst.regions.iter().any(|&region| self.has_effects(region))
    }

    /// Whether an instruction of a region does something besides giving results.
    pub fn has_effects(&self, region: RegionId) -> bool {
        self.region(region).insts.iter().any(|&inst| self.has_effect(inst))
    }

    /// The instruction that defines a value, unless it is a parameter.
    pub fn def_inst(&self, value: ValueId) -> Option<(InstId, &Inst)> {
        match self.values[value].def {
            Def::Result(inst, _) => Some((inst, &self.insts[inst])),
            Def::Param(..) => None,
        }
    }

    /// Number of regions, in use or not.
    pub fn num_regions(&self) -> usize {
        self.regions.len()
    }

    /// A region.
    pub fn region(&self, region: RegionId) -> &Region {
        &self.regions[region]
    }

    /// A region, to be changed; `verify` finds what that breaks.
    pub fn region_mut(&mut self, region: RegionId) -> &mut Region {
        &mut self.regions[region]
    }

    /// The constant that a value is, if it is one.
    pub fn constant(&self, value: ValueId) -> Option<&Arc<crate::HostTensor>> {
        match &self.def_inst(value)?.1.op {
            Op::Constant(tensor) => Some(tensor),
            _ => None,
        }
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::print::function(self))
    }
}
