// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Functions and modules: arenas of values, instructions and regions.
//!
//! Invariants, which `verify` checks:
//! - An operand is defined before its use, in the same region or in one around it.
//! - The results of an instruction have the shapes that inference gives.
//! - The results of a region are visible at its end.

mod push;

use std::sync::Arc;

use smallvec::SmallVec;

use crate::entity::{Arena, InstId, RegionId, ValueId};
use crate::{Location, Op, Shape};

/// The permitted use of an argument's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Donation {
    /// The caller keeps the buffer.
    Keep,
    /// The function may reuse the buffer for any value.
    Donate,
    /// The result at this position uses the buffer. It has the same shape.
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

/// One function: a body region, and the arenas of its values, instructions and regions.
#[derive(Clone)]
pub struct Function {
    /// Name in text.
    pub name: String,
    /// For each parameter of the body, the permitted use of its buffer.
    pub donations: Vec<Donation>,
    values: Arena<ValueId, Value>,
    insts: Arena<InstId, Inst>,
    regions: Arena<RegionId, Region>,
}

/// A value: its shape and its definition.
#[derive(Clone, Debug)]
pub struct Value {
    /// Element type and dims.
    pub shape: Shape,
    /// The definition of the value.
    pub def: Def,
    /// A name for text and messages, if the source gives one.
    pub name: Option<Arc<str>>,
}

/// The definition of a value.
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
    /// The op.
    pub op: Op,
    /// The values that the op takes.
    pub operands: SmallVec<[ValueId; 4]>,
    /// The regions: bodies of reductions and of control flow.
    pub regions: SmallVec<[RegionId; 2]>,
    /// The values that the instruction defines.
    pub results: SmallVec<[ValueId; 1]>,
    /// The treatment of the instruction by derivatives. Every copy of the instruction has the same.
    pub derivative: Derivative,
    /// The user's line.
    pub location: Option<Location>,
}

/// The treatment of an instruction by derivatives.
///
/// An instruction whose derivative is not [`Derivative::Usual`] is *marked*. No pass replaces, merges or looks through
/// a marked instruction; [`Function::drop_marks`] ends that once all derivatives are taken.
#[derive(Clone, Debug, Default)]
pub enum Derivative {
    /// The rule of the op applies.
    #[default]
    Usual,
    /// The result counts as a constant. The instruction is a reshape to the shape of its operand.
    Stopped,
    /// The instruction, a composite, is differentiated by its region, but reverse mode keeps only its operands and
    /// recomputes the values of the region.
    Checkpoint,
    /// The instruction, a composite, has its own derivative.
    Custom(Arc<CustomDerivative>),
}

impl Derivative {
    /// The derivative of a composite that is read from text: its name tells.
    pub(crate) fn of_composite(name: &str) -> Derivative {
        if name == CHECKPOINT { Derivative::Checkpoint } else { Derivative::Usual }
    }

    /// Whether the instruction is marked.
    pub fn is_marked(&self) -> bool {
        !matches!(self, Derivative::Usual)
    }
}

/// The name of a composite that is a checkpoint. In text only this name marks it.
pub(crate) const CHECKPOINT: &str = "gomlx.checkpoint";

/// The derivative that a composite has in place of the derivative of its region.
///
/// The first `args` operands are the arguments. There is no derivative with respect to the other operands. Only
/// floating-point and complex values have tangents and cotangents.
#[derive(Clone, Debug)]
pub enum CustomDerivative {
    /// Reverse mode.
    Vjp {
        /// Maps the operands to the results, then the residuals.
        forward: Arc<Function>,
        /// Maps the residuals, then a cotangent for each result that has one, to a cotangent for each argument that has
        /// one.
        backward: Arc<Function>,
        /// The number of arguments.
        args: usize,
    },
    /// Forward mode, from which reverse mode follows.
    Jvp {
        /// Maps the operands, then a tangent for each argument that has one, to a tangent for each result that has one.
        tangent: Arc<Function>,
        /// The number of arguments.
        args: usize,
    },
    /// A linear map on the tape of reverse mode, given by its transpose.
    Transpose {
        /// The `backward` of [`CustomDerivative::Vjp`].
        backward: Arc<Function>,
        /// The number of operands that are residuals; the others are tangents.
        residuals: usize,
        /// For each tangent, the position of its cotangent in the results of `backward`.
        positions: Vec<usize>,
    },
}

/// A list of instructions with parameters and results.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// The parameters: values that the owner of the region passes in.
    pub params: Vec<ValueId>,
    /// The instructions, in order.
    pub insts: Vec<InstId>,
    /// The values that the region yields.
    pub results: Vec<ValueId>,
}

impl Function {
    /// A function without parameters, instructions or results.
    pub fn new(name: impl Into<String>) -> Function {
        let mut regions = Arena::default();
        regions.push(Region::default());
        Function { name: name.into(), donations: vec![], values: Arena::default(), insts: Arena::default(), regions }
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

    /// Adds a parameter to the body, with the permitted use of its buffer.
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

    /// Sets the name of a value in text.
    pub fn set_name(&mut self, value: ValueId, name: &str) {
        self.values[value].name = Some(name.into());
    }

    /// Sets the parameters of a region to `params`: its own parameters in another order, or some of them. The region
    /// must belong to no instruction yet.
    pub fn order_region_params(&mut self, region: RegionId, params: &[ValueId]) {
        for (position, &param) in params.iter().enumerate() {
            self.values[param].def = Def::Param(region, position);
        }
        self.regions[region].params = params.to_vec();
    }

    /// A value.
    pub fn value(&self, value: ValueId) -> &Value {
        &self.values[value]
    }

    /// The shape of a value.
    pub fn shape(&self, value: ValueId) -> &Shape {
        &self.values[value].shape
    }

    /// The number of values. Every index is smaller.
    pub fn num_values(&self) -> usize {
        self.values.len()
    }

    /// An instruction.
    pub fn inst(&self, inst: InstId) -> &Inst {
        &self.insts[inst]
    }

    /// Removes the mark of every instruction. Later derivatives use the rules of the ops.
    pub fn drop_marks(&mut self) {
        self.insts.iter_mut().for_each(|inst| inst.derivative = Derivative::Usual);
    }

    /// A mutable reference to an instruction. `verify` finds invariants that a change breaks.
    pub(crate) fn inst_mut(&mut self, inst: InstId) -> &mut Inst {
        &mut self.insts[inst]
    }

    /// Adds a result to an instruction. Its op must already give a result of this shape.
    #[cfg(feature = "transform")]
    pub(crate) fn add_result(&mut self, inst: InstId, shape: Shape) -> ValueId {
        let position = self.insts[inst].results.len();
        let value = self.values.push(Value { shape, def: Def::Result(inst, position), name: None });
        self.insts[inst].results.push(value);
        value
    }

    /// The number of instructions, including those that are in no region.
    pub fn num_insts(&self) -> usize {
        self.insts.len()
    }

    /// Whether an instruction, or one in its regions, has an effect besides its results.
    pub fn has_effect(&self, inst: InstId) -> bool {
        let inst = self.inst(inst);
        inst.op.has_effect() || inst.regions.iter().any(|&region| self.has_effects(region))
    }

    /// Whether an instruction of a region has an effect besides its results.
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

    /// The number of regions, including those that are not used.
    pub fn num_regions(&self) -> usize {
        self.regions.len()
    }

    /// A region.
    pub fn region(&self, region: RegionId) -> &Region {
        &self.regions[region]
    }

    /// A mutable reference to a region. `verify` finds invariants that a change breaks.
    pub fn region_mut(&mut self, region: RegionId) -> &mut Region {
        &mut self.regions[region]
    }

    /// The tensor of a value that is a constant.
    pub fn constant(&self, value: ValueId) -> Option<&Arc<crate::HostTensor>> {
        match &self.def_inst(value)?.1.op {
            Op::Constant(tensor) => Some(tensor),
            _ => None,
        }
    }
}
