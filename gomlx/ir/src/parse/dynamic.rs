// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops whose sizes are operands (`dynamic_reshape`, `get_dimension_size`). The parser computes the sizes from constants
//! and shapes, and replaces each op by the one that has the sizes as attributes.
//!
//! Graphs have known sizes only. A text with unknown sizes is parsed for arguments of given shapes
//! ([`super::refined`]): every shape is inferred from these, and the sizes in the text are only checked.
//!
//! Invariant: a size may rely on the first value of a state of a loop; the loop is refused if it changes that state.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::Parser;
use super::attribute::Attributes;
use super::build;
use super::instruction::Form;
use crate::{Axes, Code, Def, Diagnostic, Dim, HostTensor, Location, Op, OpKind, RegionId, Result, Shape, ValueId, bail};

/// Values with more elements than this are not computed: they are no sizes.
const MAX_FOLDED: usize = 1024;

/// Instructions in a row that lead to a size: more than any program has, less than fills a thread's stack.
const MAX_CHAIN: usize = 256;

/// The ops of this kind.
const NAMES: &[&str] = &[
    "stablehlo.dynamic_broadcast_in_dim",
    "stablehlo.dynamic_conv",
    "stablehlo.dynamic_gather",
    "stablehlo.dynamic_iota",
    "stablehlo.dynamic_pad",
    "stablehlo.dynamic_reshape",
    "stablehlo.get_dimension_size",
    "stablehlo.real_dynamic_slice",
    "stablehlo.set_dimension_size",
];

pub(super) fn is_dynamic(name: &str) -> bool {
    NAMES.contains(&name)
}

/// The values that sizes are computed from, as far as they are found.
#[derive(Default)]
pub(super) struct Known {
    values: FxHashMap<ValueId, Option<Arc<HostTensor>>>,
    /// The first value of each parameter of a loop's regions.
    states: FxHashMap<ValueId, ValueId>,
    /// The parameters whose first value a size relies on.
    relied: FxHashSet<ValueId>,
}

impl Known {
    pub(super) fn clear(&mut self) {
        *self = Known::default();
    }

    /// Notes that a loop's parameter starts as another value.
    pub(super) fn starts_as(&mut self, param: ValueId, first: ValueId) {
        self.states.insert(param, first);
    }
}

impl<'a> Parser<'a> {
    /// The results of one of these ops, by the op that has its sizes as attributes.
    pub(super) fn dynamic(&mut self, form: &Form<'a>, location: &Location) -> Result<Vec<ValueId>> {
        let name = &*form.name;
        let a = &form.attributes;
        let short = name.rsplit('.').next().unwrap_or(name);
        let wanted = match name {
            "stablehlo.dynamic_iota" | "stablehlo.get_dimension_size" => 1,
            "stablehlo.dynamic_pad" => 5,
            "stablehlo.real_dynamic_slice" => 4,
            "stablehlo.dynamic_conv" | "stablehlo.dynamic_gather" => 3,
            _ => 2,
        };
        if form.operands.len() != wanted {
            bail!(Graph, "{short}: takes {wanted} operands, not {}", form.operands.len());
        }
        let x = form.operands[0];
        let shape = self.function.shape(x).clone();
        let dims = |sizes: Axes| -> SmallVec<[Dim; 4]> { sizes.into_iter().map(Dim::Lit).collect() };
        let (op, taken) = match name {
            "stablehlo.get_dimension_size" => {
                let axis = need_axis(a, short, &shape)?;
                let size = i32::try_from(shape.size(axis)).unwrap_or(i32::MAX);
                (Op::Constant(HostTensor::scalar(size).into()), 0)
            }
            "stablehlo.set_dimension_size" => {
                let axis = need_axis(a, short, &shape)?;
                let sizes = shape.sizes();
                let &[size] = self.sizes(form, 1)?.as_slice() else { bail!(Shape, "{short}: the size is not a scalar (I2)") };
                if size > sizes[axis] {
                    bail!(Unsupported, "{short}: size {size} is larger than axis {axis} of {shape}");
                }
                let mut limits = sizes.clone();
                limits[axis] = size;
                let (starts, strides) = (Axes::from_elem(0, sizes.len()), Axes::from_elem(1, sizes.len()));
                (Op::Slice { starts, limits: limits.into_iter().map(Dim::Lit).collect(), strides }, 1)
            }
            "stablehlo.dynamic_broadcast_in_dim" => {
                let [axes] = OpKind::BroadcastInDim.attribute_names();
                let axes = build::need(a.axes(axes)?, axes)?;
                (Op::BroadcastInDim { dims: dims(self.sizes(form, 1)?), axes }, 1)
            }
            "stablehlo.dynamic_reshape" => (Op::Reshape(dims(self.sizes(form, 1)?)), 1),
            "stablehlo.dynamic_iota" => {
                let Some([result]) = form.results.as_deref() else { bail!(Parse, "expected one result type") };
                let shape = Shape::symbolic(result.dtype, dims(self.sizes(form, 0)?));
                let [axis] = OpKind::Iota.attribute_names();
                (Op::Iota { shape, axis: build::need(a.size(axis)?, axis)? }, 0)
            }
            "stablehlo.dynamic_pad" => {
                let mut padding = |operand| -> Result<SmallVec<[i64; 4]>> { Ok(self.numbers(form, operand)?.into()) };
                (Op::Pad { low: padding(2)?, high: padding(3)?, interior: padding(4)? }, 2)
            }
            "stablehlo.real_dynamic_slice" => {
                let (starts, limits, strides) = (self.sizes(form, 1)?, self.sizes(form, 2)?, self.sizes(form, 3)?);
                (Op::Slice { starts, limits: dims(limits), strides }, 1)
            }
            "stablehlo.dynamic_gather" => {
                let slice_sizes = self.sizes(form, 2)?;
                (Op::Gather(Box::new(build::gather(a, slice_sizes)?)), 2)
            }
            "stablehlo.dynamic_conv" => {
                let flat = self.numbers(form, 2)?;
                let Some([result]) = form.results.as_deref() else { bail!(Parse, "expected one result type") };
                let mut conv = build::convolution(a, result)?;
                conv.padding = flat.as_chunks::<2>().0.iter().map(|&[low, high]| (low, high)).collect();
                (Op::Convolution(Box::new(conv)), 2)
            }
            _ => bail!(Unsupported, "op {name} is not supported"),
        };
        let results = self.push(op, &form.operands[..taken], location)?;
        for &result in &results {
            self.function.shape(result).check_size().map_err(|e| Diagnostic { message: format!("{short}: {}", e.message), ..e })?;
        }
        Ok(results)
    }

    /// The elements of an operand that holds sizes or positions.
    pub(super) fn sizes(&mut self, form: &Form<'_>, operand: usize) -> Result<Axes> {
        let numbers = self.numbers(form, operand)?;
        let sizes: Option<Axes> = numbers.iter().map(|&n| usize::try_from(n).ok()).collect();
        sizes.ok_or_else(|| Diagnostic::new(Code::Shape, format!("{}: operand {operand}, {numbers:?}, has a negative size", form.name)))
    }

    /// The elements of an operand that holds integers.
    pub(super) fn numbers(&mut self, form: &Form<'_>, operand: usize) -> Result<Vec<i64>> {
        let value = form.operands[operand];
        let short = form.name.rsplit('.').next().unwrap_or_default();
        let Some(tensor) = self.known(value, 0) else {
            let message = format!("{short}: operand {operand}, {}, depends on more than shapes", self.function.shape(value));
            return Err(Diagnostic::new(Code::Unsupported, message).note("sizes have to follow from constants and the arguments' shapes"));
        };
        if !tensor.dtype().is_int() {
            bail!(DType, "{short}: operand {operand}, {}, is not integers", tensor.shape());
        }
        Ok(tensor.to_f64_vec().into_iter().map(|x| x as i64).collect())
    }

    /// The value, if it follows from constants and shapes and is small.
    pub(super) fn known(&mut self, value: ValueId, depth: usize) -> Option<Arc<HostTensor>> {
        if let Some(known) = self.known.values.get(&value) {
            return known.clone();
        }
        if depth == MAX_CHAIN {
            return None;
        }
        let found = match self.function.value(value).def {
            Def::Param(..) => {
                let first = self.known.states.get(&value).copied()?;
                self.known.relied.insert(value);
                self.known(first, depth + 1)
            }
            Def::Result(inst, 0) => {
                let inst = self.function.inst(inst);
                let small = self.function.shape(value).known()?.iter().try_fold(1usize, |n, &d| n.checked_mul(d))? <= MAX_FOLDED;
                match &inst.op {
                    Op::Constant(tensor) => small.then(|| tensor.clone()),
                    op if small && inst.regions.is_empty() && inst.results.len() == 1 => {
                        let (op, operands) = (op.clone(), inst.operands.clone());
                        let inputs: Option<Vec<Arc<HostTensor>>> = operands.iter().map(|&x| self.known(x, depth + 1)).collect();
                        inputs.and_then(|inputs| computed(op, &inputs))
                    }
                    _ => None,
                }
            }
            Def::Result(..) => None,
        };
        self.known.values.insert(value, found.clone());
        found
    }

    /// Checks that a loop does not change a state whose first value a size relies on.
    pub(super) fn check_loop(&mut self, regions: &[RegionId]) -> Result<()> {
        let &[condition, body] = regions else { return Ok(()) };
        for i in 0..self.function.region(body).params.len() {
            let [tested, param] = [condition, body].map(|r| self.function.region(r).params.get(i).copied());
            let relied = [tested, param].iter().flatten().any(|p| self.known.relied.contains(p));
            let result = self.function.region(body).results.get(i).copied();
            if let (true, Some(param), Some(result)) = (relied, param, result)
                && result != param
                && self.known(result, 0) != self.known(param, 0)
            {
                bail!(Unsupported, "while: a size depends on value {i} of the state, which the loop changes");
            }
        }
        Ok(())
    }

    /// `custom_call @shape_assertion(%holds)`: a condition that the exporter of the text relies on.
    pub(super) fn shape_assertion(&mut self, args: &[ValueId], a: &Attributes) -> Result<()> {
        let Some(&holds) = args.first() else { bail!(Parse, "@shape_assertion has no operand") };
        match self.known(holds, 0) {
            Some(holds) if holds.bytes() == [1] => Ok(()),
            Some(_) => {
                let says = a.text("error_message").unwrap_or("the arguments' shapes are not what the module was exported for");
                Err(Diagnostic::new(Code::Signature, says))
            }
            None => bail!(Unsupported, "custom call @shape_assertion depends on more than shapes"),
        }
    }
}

/// The axis that attribute `dimension` names.
fn need_axis(a: &Attributes, short: &str, shape: &Shape) -> Result<usize> {
    let axis = build::need(a.size("dimension")?, "dimension")?;
    if axis >= shape.rank() {
        bail!(Attribute, "{short}: dimension {axis} is not an axis of {shape} (C1)");
    }
    Ok(axis)
}

/// The result of an op on known operands.
#[cfg(feature = "eval")]
fn computed(op: Op, inputs: &[Arc<HostTensor>]) -> Option<Arc<HostTensor>> {
    use crate::{Donation, Function, Module, eval};

    let mut function = Function::new("sizes");
    let params: Vec<ValueId> = inputs.iter().map(|t| function.add_param(t.shape(), Donation::Keep)).collect();
    let inst = function.push(Function::BODY, op, &params, &[], None).ok()?;
    let result = function.inst(inst).results[0];
    function.set_results(vec![result]);
    let inputs: Vec<HostTensor> = inputs.iter().map(|t| HostTensor::clone(t)).collect();
    eval::evaluate(&Module::new(function), &inputs).ok()?.pop().map(Arc::new)
}

/// Without the evaluator, sizes must be constants.
#[cfg(not(feature = "eval"))]
fn computed(_: Op, _: &[Arc<HostTensor>]) -> Option<Arc<HostTensor>> {
    None
}
