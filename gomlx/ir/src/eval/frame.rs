// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs regions: holds values by id, and calls the kernel of each op.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::{address, contract, convert, elementwise, factor, fft, linalg, movement, normalize, precision, reduce, rng, sort, window};
use crate::{Entity, Function, HostTensor, Inst, Op, RegionId, Result, ValueId, sink};

/// A computed value.
pub(super) type Value = Arc<HostTensor>;

/// Values of one region run or one op.
pub(super) type Values = SmallVec<[Value; 2]>;

/// A check of the operands and results of every op that ran.
pub(super) type Watch = fn(&Function, &Inst, &[Value], &[Value]) -> Result<()>;

/// The values of a function that were computed so far.
///
/// A region that runs again (a reduction's body) overwrites what it defined before.
pub(super) struct Frame<'f> {
    pub(super) function: &'f Function,
    values: Vec<Option<Value>>,
    /// The check after each instruction, if there is one.
    watch: Option<Watch>,
    /// How many `rng` ops ran before.
    draws: u64,
}

impl<'f> Frame<'f> {
    pub(super) fn new(function: &'f Function) -> Frame<'f> {
        Frame { function, values: vec![None; function.num_values()], watch: None, draws: 0 }
    }

    /// A frame that stops where `watch` finds a mistake.
    pub(super) fn watched(self, watch: Watch) -> Frame<'f> {
        Frame { watch: Some(watch), ..self }
    }

    /// Runs a region on arguments for its parameters; returns its results.
    pub(super) fn run(&mut self, region: RegionId, arguments: impl IntoIterator<Item = Value>) -> Result<Values> {
        let region = self.function.region(region);
        for (&param, argument) in region.params.iter().zip(arguments) {
            self.values[param.index()] = Some(argument);
        }
        for &id in &region.insts {
            let inst = self.function.inst(id);
            let results = self.apply(inst).map_err(|e| e.at(inst.location.as_ref()))?;
            if let Some(watch) = self.watch {
                let operands: Values = inst.operands.iter().map(|&v| self.value(v)).collect();
                watch(self.function, inst, &operands, &results).map_err(|e| e.at(inst.location.as_ref()))?;
            }
            for (&id, result) in inst.results.iter().zip(results) {
                debug_assert_eq!(result.shape(), *self.function.shape(id), "{} gave another shape than inferred", inst.op.name());
                self.values[id.index()] = Some(result);
            }
        }
        Ok(region.results.iter().map(|&r| self.value(r)).collect())
    }

    fn value(&self, value: ValueId) -> Value {
        self.values[value.index()].clone().expect("verify finds uses before definitions")
    }

    fn apply(&mut self, inst: &Inst) -> Result<Values> {
        let x: Values = inst.operands.iter().map(|&v| self.value(v)).collect();
        let shapes = |i: usize| self.function.shape(inst.results[i]);
        let one: HostTensor = match &inst.op {
            Op::Constant(tensor) => return Ok(smallvec![tensor.clone()]),
            Op::Iota { axis, .. } => movement::iota(shapes(0), *axis)?,
            Op::Unary(op) => elementwise::unary(*op, &x[0])?,
            Op::Binary(op) => elementwise::binary(*op, &x[0], &x[1])?,
            Op::Compare(direction, kind) => elementwise::compare(*direction, *kind, &x[0], &x[1]),
            Op::Select => elementwise::select(&x[0], &x[1], &x[2])?,
            Op::Clamp => elementwise::clamp(&x[0], &x[1], &x[2])?,
            Op::Convert(dtype) => convert::convert(&x[0], *dtype),
            Op::BitcastConvert(_) | Op::Reshape(_) => movement::relabel(&x[0], shapes(0))?,
            Op::BroadcastInDim { axes, .. } => movement::broadcast_in_dim(&x[0], shapes(0), axes)?,
            Op::Transpose(permutation) => movement::transpose(&x[0], shapes(0), permutation)?,
            Op::Slice { starts, strides, .. } => movement::slice(&x[0], shapes(0), starts, strides)?,
            Op::Pad { low, interior, .. } => movement::pad(&x[0], &x[1], shapes(0), low, interior)?,
            Op::Concatenate(axis) => movement::concatenate(&x, shapes(0), *axis)?,
            Op::Reverse(axes) => movement::reverse(&x[0], axes)?,
            Op::DynamicSlice(_) => movement::dynamic_slice(&x[0], &x[1..], shapes(0))?,
            Op::DynamicUpdateSlice => movement::dynamic_update_slice(&x[0], &x[1], &x[2..]),
            Op::Reduce(axes) => return reduce::reduce(self, inst, &x, axes),
            Op::ReduceWindow(w) => return window::reduce_window(self, inst, &x, w),
            Op::SelectAndScatter(w) => window::select_and_scatter(self, inst, &x, w)?,
            Op::DotGeneral(dims) => contract::dot_general(&x[0], &x[1], shapes(0), dims),
            Op::Convolution(dims) => contract::convolution(&x[0], &x[1], shapes(0), dims)?,
            Op::Gather(dims) => address::gather(&x[0], &x[1], shapes(0), dims)?,
            Op::Scatter(dims) => return address::scatter(self, inst, &x, dims),
            Op::RngBitGenerator { algorithm, shape } => return rng::rng_bit_generator(&x[0], *algorithm, shape),
            Op::If => {
                let branch = if boolean(&x[0]) { 0 } else { 1 };
                return self.run(inst.regions[branch], []);
            }
            Op::Case => {
                let index = x[0].to_f64_vec()[0];
                let last = inst.regions.len() - 1;
                let branch = if index >= 0.0 && index < last as f64 { index as usize } else { last };
                return self.run(inst.regions[branch], []);
            }
            Op::While => {
                let mut state = x;
                while boolean(&self.run(inst.regions[0], state.iter().cloned())?[0]) {
                    state = self.run(inst.regions[1], state)?;
                }
                return Ok(state);
            }
            Op::Composite(_) => return self.run(inst.regions[0], x),
            Op::Sort { axis, .. } => return sort::sort(self, inst, &x, *axis),
            Op::Map => reduce::map(self, inst, &x)?,
            Op::TopK(k) => return sort::top_k(&x[0], *k),
            Op::ReducePrecision { exponent, mantissa } => precision::reduce_precision(&x[0], *exponent, *mantissa)?,
            Op::Fft(kind, lengths) => fft::fft(&x[0], shapes(0), *kind, lengths),
            Op::Cholesky(lower) => linalg::cholesky(&x[0], *lower),
            Op::TriangularSolve(solve) => linalg::triangular_solve(&x[0], &x[1], solve),
            Op::Factor(factorization) => {
                let shapes: Vec<_> = inst.results.iter().map(|&r| self.function.shape(r).clone()).collect();
                return Ok(factor::factor(*factorization, &x, &shapes));
            }
            Op::BatchNormTraining(norm) => return Ok(normalize::training(&x, norm)),
            Op::BatchNormInference(norm) => normalize::inference(&x, norm),
            Op::BatchNormGrad(norm) => return Ok(normalize::grad(&x, norm)),
            Op::Rng { distribution, shape } => {
                self.draws += 1;
                rng::rng(&x[0], &x[1], *distribution, shape, self.draws - 1)
            }
            Op::OptimizationBarrier => return Ok(x),
            Op::Print(template) => {
                // A watched run repeats a run that has printed already.
                if self.watch.is_none() {
                    sink::write(&template.fill(&x));
                }
                return Ok(smallvec![]);
            }
        };
        Ok(smallvec![Arc::new(one)])
    }
}

/// The one element of a boolean scalar.
fn boolean(x: &HostTensor) -> bool {
    x.bytes().first().is_some_and(|&b| b != 0)
}
