// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batching: turns a computation on one example into a computation on many examples at once.
//!
//! Each op has a rule that emits the op for all `size` examples. A value of the source becomes either a *batched*
//! value, with the examples along a new axis in front, or a *shared* value, which is the same for all examples. An
//! instruction that uses only shared values is copied.
//!
//! Invariants:
//! - The examples are axis 0 of every batched value.
//! - Ops with batch dimensions of their own (products, convolutions, gather, scatter) use them. No rule emits a loop if
//!   the op can take all examples at once. A case without a rule (a reduction whose body captures a batched value, a
//!   generator of random bits with a batched key) runs in a loop over the examples.
//! - A branch on a batched condition computes both sides and selects. A loop with a batched condition runs until every
//!   example is done; an example that is done keeps its state.

mod composite;
mod contract;
mod control;
mod elementwise;
mod index;
mod movement;
mod reduce;
mod sequential;

use rustc_hash::FxHashMap;

use super::normalize;
use crate::{
    Axes, Builder, Code, Derivative, Diagnostic, Diagnostics, Dim, Donation, Function, HostTensor, Inst, InstId, Op, RegionId, Result,
    RngDistribution, Shape, ValueId, deep, edit,
};

/// Appends to `destination` the computation of the region `source` for `size` examples.
///
/// `inputs` pairs values that the instructions of `source` use, such as its parameters, with batched values: of the
/// same dtype and dims, with an axis of `size` in front. All other values that the instructions capture are shared.
/// Returns each output, and whether it is batched. An output that depends on no batched value is shared.
///
/// # Errors
/// If the shapes of a pair do not fit, a size is not known, or an op cannot be batched.
pub fn batch(
    f: &mut Function,
    source: RegionId,
    destination: RegionId,
    size: usize,
    inputs: &[(ValueId, ValueId)],
    outputs: &[ValueId],
) -> Result<Vec<(ValueId, bool)>, Diagnostics> {
    let mut map = FxHashMap::default();
    for &(one, each) in inputs {
        let (one_shape, shape) = (f.shape(one), f.shape(each));
        let fits =
            one_shape.dtype == shape.dtype && shape.dims.split_first().is_some_and(|(n, rest)| n.is(size) && *rest == *one_shape.dims);
        if !fits {
            let message = format!("vmap: {shape} is not {size} examples of {one_shape} along a leading axis");
            return Err(Diagnostic::new(Code::Shape, message).into());
        }
        map.insert(one, Lifted { value: each, each: true });
    }
    deep::with_room(deep::depth(f), || {
        let mut batch = Batch { b: Builder::new(f, destination), size, map };
        batch.insts(source)?;
        Ok(outputs.iter().map(|&v| batch.lifted(v)).map(|l| (l.value, l.each)).collect())
    })
}

/// A function for `size` examples. Each parameter whose position in `each` is true has an axis of `size` in front, and
/// so has every result.
///
/// # Errors
/// In the cases of [`batch`].
pub fn vmap_function(function: &Function, size: usize, each: &[bool]) -> Result<Function, Diagnostics> {
    let mut f = Function::new(format!("{}_vmap", function.name));
    let source = f.add_region();
    let mut args = vec![];
    let mut inputs = vec![];
    for (&param, &each) in function.params().iter().zip(each) {
        let shape = function.shape(param).clone();
        if each {
            let one = f.add_region_param(source, shape.clone());
            let batched = f.add_param(shape.with_dims(lead(Dim::Lit(size), &shape.dims)), Donation::Keep);
            inputs.push((one, batched));
            args.push(one);
        } else {
            args.push(f.add_param(shape, Donation::Keep));
        }
    }
    let outputs = edit::inline(&mut f, source, function, &args);
    let results = batch(&mut f, source, Function::BODY, size, &inputs, &outputs)?;
    let results = results.into_iter().map(|(value, each)| whole(&mut Builder::new(&mut f, Function::BODY), size, Lifted { value, each }));
    let results = results.collect();
    f.set_results(results);
    Ok(f)
}

/// The counterpart, in the destination, of a value of the source.
#[derive(Clone, Copy, Debug)]
struct Lifted {
    value: ValueId,
    /// Whether the value is batched: it has the examples along axis 0.
    each: bool,
}

struct Batch<'f> {
    b: Builder<'f>,
    size: usize,
    map: FxHashMap<ValueId, Lifted>,
}

impl Batch<'_> {
    fn insts(&mut self, source: RegionId) -> Result<(), Diagnostics> {
        for id in self.b.function.region(source).insts.clone() {
            self.inst(id)?;
        }
        Ok(())
    }

    /// The counterpart of a value. A value from outside the source is shared.
    fn lifted(&self, value: ValueId) -> Lifted {
        self.map.get(&value).copied().unwrap_or(Lifted { value, each: false })
    }

    fn inst(&mut self, id: InstId) -> Result<()> {
        let inst = self.b.function.inst(id).clone();
        self.b.location.clone_from(&inst.location);
        let results = self.results(id, &inst).map_err(|e| e.at(inst.location.as_ref()))?;
        debug_assert_eq!(results.len(), inst.results.len(), "{} gives what it gave", inst.op.name());
        self.map.extend(inst.results.iter().copied().zip(results));
        Ok(())
    }

    fn results(&mut self, id: InstId, inst: &Inst) -> Result<Vec<Lifted>> {
        let free = edit::captures(self.b.function, &inst.regions);
        let captures = free.iter().any(|&v| self.lifted(v).each);
        if !captures && inst.operands.iter().all(|&v| !self.lifted(v).each) {
            let mut map = self.values(&inst.operands);
            map.extend(self.values(&free));
            edit::copy_insts(self.b.function, &[id], self.b.region, &mut map, edit::Effects::Keep)?;
            return Ok(inst.results.iter().map(|v| Lifted { value: map[v], each: false }).collect());
        }
        check_static(self.b.function, inst)?;
        if matches!(inst.derivative, Derivative::Stopped) {
            let x = self.lifted(inst.operands[0]);
            return Ok(vec![Lifted { value: self.b.stop_gradient(x.value), ..x }]);
        }
        let x: Vec<Lifted> = inst.operands.iter().map(|&v| self.lifted(v)).collect();
        match self.rule(inst, &x, captures)? {
            Some(results) => Ok(results.into_iter().map(|value| Lifted { value, each: true }).collect()),
            None => self.other(inst, &x),
        }
    }

    /// The batched results, by the op's rule. `captures` says whether a region captures a batched value. Returns `None`
    /// if the op has no rule for its operands, or if some results may be shared.
    fn rule(&mut self, inst: &Inst, x: &[Lifted], captures: bool) -> Result<Option<Vec<ValueId>>> {
        let one = match &inst.op {
            Op::Constant(_) | Op::Iota { .. } => return Ok(None),
            Op::Unary(_) | Op::Convert(_) | Op::BitcastConvert(_) => self.b.emit(inst.op.clone(), &[x[0].value])?,
            Op::Binary(_) | Op::Compare(..) => self.all_whole(&inst.op, x)?,
            Op::Select => self.select(inst, x)?,
            Op::Clamp => self.clamp(inst, x)?,
            Op::BroadcastInDim { dims, axes } => self.broadcast(dims, axes, x[0].value)?,
            Op::Reshape(dims) => self.b.emit(Op::Reshape(lead(Dim::Lit(self.size), dims).collect()), &[x[0].value])?,
            Op::Transpose(permutation) => self.b.emit(Op::Transpose(led(0, permutation)), &[x[0].value])?,
            Op::Slice { starts, limits, strides } => self.slice(starts, limits, strides, x[0].value)?,
            Op::Pad { low, high, interior } => self.pad(low, high, interior, x)?,
            Op::Concatenate(axis) => self.all_whole(&Op::Concatenate(axis + 1), x)?,
            Op::Reverse(axes) => self.b.emit(Op::Reverse(shifted(axes)), &[x[0].value])?,
            Op::DynamicSlice(sizes) => self.dynamic_slice(sizes, x)?,
            Op::DynamicUpdateSlice => self.dynamic_update_slice(x)?,
            Op::Reduce(axes) => return if captures { Ok(None) } else { self.reduce(inst, axes, x) },
            Op::ReduceWindow(window) => return if captures { Ok(None) } else { self.reduce_window(inst, window, x) },
            Op::SelectAndScatter(window) => return if captures { Ok(None) } else { self.select_and_scatter(inst, window, x) },
            Op::DotGeneral(dims) => self.dot_general(inst, dims, x)?,
            Op::Convolution(dims) => self.convolution(dims, x)?,
            Op::Gather(dims) => self.gather(dims, x)?,
            Op::Scatter(dims) => return if captures { Ok(None) } else { self.scatter(inst, dims, x).map(Some) },
            Op::Sort { axis, stable } if !captures => {
                let op = Op::Sort { axis: axis + 1, stable: *stable };
                return self.with_body(inst, &op, x).map(Some);
            }
            Op::Map if !captures => return self.with_body(inst, &Op::Map, x).map(Some),
            Op::TopK(_) => {
                let copy = self.b.emit_inst(inst.op.clone(), &[x[0].value], &[])?;
                return Ok(Some(self.b.function.inst(copy).results.to_vec()));
            }
            Op::Factor(_) => {
                let operands: Vec<ValueId> = x.iter().map(|&l| self.whole(l)).collect();
                let copy = self.b.emit_inst(inst.op.clone(), &operands, &[])?;
                return Ok(Some(self.b.function.inst(copy).results.to_vec()));
            }
            Op::ReducePrecision { .. } | Op::Fft(..) | Op::Cholesky(_) => self.b.emit(inst.op.clone(), &[x[0].value])?,
            Op::TriangularSolve(_) => self.all_whole(&inst.op, x)?,
            Op::Rng { distribution, shape } if shape.dtype.is_float() => self.rng(*distribution, shape, x)?,
            Op::RngBitGenerator { .. }
            | Op::If
            | Op::Case
            | Op::While
            | Op::Sort { .. }
            | Op::Map
            | Op::BatchNormTraining(_)
            | Op::BatchNormInference(_)
            | Op::BatchNormGrad(_)
            | Op::Rng { .. }
            | Op::Composite(_)
            | Op::OptimizationBarrier
            | Op::Print(_) => return Ok(None),
        };
        Ok(Some(vec![one]))
    }

    /// The results of an instruction without a rule in [`rule`](Self::rule).
    fn other(&mut self, inst: &Inst, x: &[Lifted]) -> Result<Vec<Lifted>> {
        match &inst.op {
            Op::OptimizationBarrier => {
                let operands: Vec<ValueId> = x.iter().map(|l| l.value).collect();
                let barrier = self.b.emit_inst(Op::OptimizationBarrier, &operands, &[])?;
                let results = self.b.function.inst(barrier).results.clone();
                Ok(results.iter().zip(x).map(|(&value, l)| Lifted { value, each: l.each }).collect())
            }
            Op::If | Op::Case => self.branch(inst, x[0]),
            Op::While => self.r#while(inst, x),
            Op::Composite(composite) => self.composite(composite, inst, x),
            Op::BatchNormTraining(_) | Op::BatchNormInference(_) | Op::BatchNormGrad(_) => {
                self.through(|b| Ok(normalize::emit(b, inst).expect("the op is a normalisation")))
            }
            // Prints all examples at once, along the axis in front.
            Op::Print(_) => {
                let operands: Vec<ValueId> = x.iter().map(|l| l.value).collect();
                self.b.emit_inst(inst.op.clone(), &operands, &[])?;
                Ok(vec![])
            }
            _ => self.one_by_one(inst),
        }
    }

    /// Emits an op with a body that captures only shared values, on batched operands.
    fn with_body(&mut self, inst: &Inst, op: &Op, x: &[Lifted]) -> Result<Vec<ValueId>> {
        let operands: Vec<ValueId> = x.iter().map(|&l| self.whole(l)).collect();
        let body = self.copied(inst.regions[0])?;
        let copy = self.b.emit_inst(op.clone(), &operands, &[body])?;
        Ok(self.b.function.inst(copy).results.to_vec())
    }

    /// Draws from the standard distribution, then scales and shifts by each example's parameters.
    fn rng(&mut self, distribution: RngDistribution, shape: &Shape, x: &[Lifted]) -> Result<ValueId> {
        let dims: Vec<usize> = lead(self.size, &shape.sizes()).collect();
        let (zero, one) = (self.b.scalar(shape.dtype, 0.0), self.b.scalar(shape.dtype, 1.0));
        let numbers: Vec<i64> = dims.iter().map(|&n| n as i64).collect();
        let sizes = self.b.constant(HostTensor::new(&[dims.len()], &numbers)?);
        let op = Op::Rng { distribution, shape: Shape::new(shape.dtype, &dims) };
        let standard = self.b.emit(op, &[zero, one, sizes])?;
        let (first, second) = (self.spread(x[0], &shape.dims, &[]), self.spread(x[1], &shape.dims, &[]));
        let scale = match distribution {
            RngDistribution::Uniform => self.b.sub(second, first),
            RngDistribution::Normal => second,
        };
        let scaled = self.b.mul(standard, scale);
        Ok(self.b.add(scaled, first))
    }

    /// The map from values of the source to their counterparts.
    fn values(&self, values: &[ValueId]) -> edit::Map {
        values.iter().map(|&v| (v, self.lifted(v).value)).collect()
    }

    /// Emits the op on batched operands.
    fn all_whole(&mut self, op: &Op, x: &[Lifted]) -> Result<ValueId> {
        let operands: Vec<ValueId> = x.iter().map(|&l| self.whole(l)).collect();
        self.b.emit(op.clone(), &operands)
    }

    /// The value as a batched value: a shared value is broadcast.
    fn whole(&mut self, x: Lifted) -> ValueId {
        whole(&mut self.b, self.size, x)
    }

    /// Batches a value and broadcasts each example to `dims`; `axes` are the axes of `dims` that its axes become.
    fn spread(&mut self, x: Lifted, dims: &[Dim], axes: &[usize]) -> ValueId {
        let x = self.whole(x);
        let dims: Vec<Dim> = lead(Dim::Lit(self.size), dims).collect();
        self.b.broadcast(x, &dims, &led(0, axes))
    }
}

fn whole(b: &mut Builder<'_>, size: usize, x: Lifted) -> ValueId {
    if x.each {
        return x.value;
    }
    let shape = b.shape(x.value).clone();
    let axes: Axes = (1..=shape.rank()).collect();
    let op = Op::BroadcastInDim { dims: lead(Dim::Lit(size), &shape.dims).collect(), axes };
    b.emit(op, &[x.value]).expect("a new axis in front fits every shape")
}

/// A list with `first` put in front.
fn lead<T: Clone>(first: T, rest: &[T]) -> impl Iterator<Item = T> + use<'_, T> {
    std::iter::once(first).chain(rest.iter().cloned())
}

/// The axes of an example as axes of the batched value: each is one more.
fn shifted(axes: &[usize]) -> Axes {
    axes.iter().map(|a| a + 1).collect()
}

/// The shifted axes, with `first` put in front.
fn led(first: usize, axes: &[usize]) -> Axes {
    std::iter::once(first).chain(axes.iter().map(|a| a + 1)).collect()
}

fn check_static(f: &Function, inst: &Inst) -> Result<()> {
    match inst.operands.iter().find(|&&v| f.shape(v).known().is_none()) {
        None => Ok(()),
        Some(&v) => {
            let message = format!("vmap of {} needs known sizes, but an operand is {}", inst.op.short_name(), f.shape(v));
            Err(Diagnostic::new(Code::Unsupported, message).at(inst.location.as_ref()))
        }
    }
}
