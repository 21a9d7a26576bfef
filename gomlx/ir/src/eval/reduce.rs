// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `reduce` and `map`, and the folding of elements into accumulators that `reduce_window` and `scatter` share.

use std::sync::Arc;

use super::arithmetic::{Arithmetic, add_compensated, with_arithmetic};
use super::elementwise::not_evaluated;
use super::frame::{Frame, Value, Values};
use super::index::{offsets_by, strides};
use super::movement::fill;
use crate::{BinaryOp, Dims, HostTensor, Inst, Reducer, RegionId, Result};

pub(super) fn reduce(frame: &mut Frame<'_>, inst: &Inst, x: &[Value], axes: &[usize]) -> Result<Values> {
    let (inputs, initials) = x.split_at(x.len() / 2);
    let dims = inputs[0].dims();
    let kept: Vec<usize> = (0..dims.len()).filter(|a| !axes.contains(a)).collect();
    let result: Dims = kept.iter().map(|&a| dims[a]).collect();
    let mut along = Dims::from_elem(0, dims.len());
    for (&axis, stride) in kept.iter().zip(strides(&result)) {
        along[axis] = stride;
    }
    let accumulators = initials.iter().map(|i| fill(i, &result)).collect::<Result<Vec<_>>>()?;
    let into = offsets_by(dims, &along);
    fold(frame, inst.regions[0], accumulators, inputs, into.into_iter().zip(0..))
}

/// Folds elements into accumulators by a region, step by step. A step is the offset of an accumulator and the offset of
/// the source element.
///
/// A region that is one op folds in the type that the evaluator computes with, and rounds at the end. Any other region
/// runs on scalars at each step.
pub(super) fn fold(
    frame: &mut Frame<'_>,
    region: RegionId,
    mut accumulators: Vec<HostTensor>,
    sources: &[Value],
    steps: impl Iterator<Item = (usize, usize)>,
) -> Result<Values> {
    if let (Some(Reducer::Binary(op)), [accumulator], [source]) = (frame.function.reducer_of(region), accumulators.as_slice(), sources) {
        let dtype = source.dtype();
        let folded = with_arithmetic!(dtype, A => {
            let f = A::binary(op).ok_or_else(|| not_evaluated(op.facts(), dtype))?;
            let (mut into, from) = (A::read(accumulator), A::read(source));
            if op == BinaryOp::Add {
                let mut lost = vec![A::ZERO; into.len()];
                for (to, at) in steps {
                    add_compensated(f, &mut into[to], &mut lost[to], from[at]);
                }
                into.iter_mut().zip(lost).for_each(|(sum, lost)| *sum = sum.with_lost(lost));
            } else {
                for (to, at) in steps {
                    into[to] = f(into[to], from[at]);
                }
            }
            A::write(dtype, accumulator.dims(), &into)
        });
        return Ok(Values::from_elem(Arc::new(folded), 1));
    }
    for (to, at) in steps {
        let old = accumulators.iter().map(|a| element(a, to));
        let new = sources.iter().map(|s| element(s, at));
        let arguments = old.chain(new).collect::<Result<Vec<_>>>()?;
        for (accumulator, result) in accumulators.iter_mut().zip(frame.run(region, arguments)?) {
            let size = accumulator.dtype().size();
            accumulator.bytes_mut()[to * size..][..size].copy_from_slice(result.bytes());
        }
    }
    Ok(accumulators.into_iter().map(Arc::new).collect())
}

/// Runs the body on the elements at each position.
pub(super) fn map(frame: &mut Frame<'_>, inst: &Inst, x: &[Value]) -> Result<HostTensor> {
    let shape = frame.function.shape(inst.results[0]).clone();
    let mut bytes = Vec::with_capacity(shape.num_bytes());
    for at in 0..x[0].len() {
        let arguments = x.iter().map(|x| element(x, at)).collect::<Result<Vec<_>>>()?;
        bytes.extend_from_slice(frame.run(inst.regions[0], arguments)?[0].bytes());
    }
    HostTensor::from_bytes(shape.dtype, &shape.sizes(), &bytes)
}

/// One element as a scalar.
pub(super) fn element(x: &HostTensor, at: usize) -> Result<Value> {
    let size = x.dtype().size();
    HostTensor::from_bytes(x.dtype(), &[], &x.bytes()[at * size..][..size]).map(Arc::new)
}
