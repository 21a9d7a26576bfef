// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Counted loops: recognising a `while` that runs a known number of times, and making ones.
//!
//! A loop is counted if its condition compares one part of its state, a counter, with a constant, and its body adds
//! a constant to that. What is made here is counted: a counter of `i32` from zero, by one, below the trip count.

use crate::{Axes, BinaryOp, Builder, DType, Def, Dim, Direction, Function, HostTensor, Inst, Op, RegionId, Result, Shape, ValueId, edit};

/// The counter of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counter {
    /// Its position in the state.
    pub(super) position: usize,
    /// Where it begins.
    pub(super) first: i64,
    /// What each iteration adds.
    pub(super) step: i64,
    /// How often the body runs at most.
    pub(super) trips: usize,
    /// Whether it always runs as often.
    pub(super) exact: bool,
}

impl Counter {
    /// What the counter, of the type of `like`, is in an iteration.
    pub(super) fn value(&self, b: &mut Builder<'_>, iteration: ValueId, like: ValueId) -> ValueId {
        let dtype = b.shape(like).dtype;
        let iteration = b.convert(iteration, dtype);
        let scaled = if self.step == 1 { iteration } else { b.scale(iteration, self.step as f64) };
        if self.first == 0 {
            return scaled;
        }
        let first = b.full_like(scaled, self.first as f64);
        b.add(scaled, first)
    }
}

/// Emits a loop over `0..trips`: `step` takes the counter and the state and gives the next state; the last one is the result.
pub(super) fn emit(
    b: &mut Builder<'_>,
    trips: usize,
    state: &[ValueId],
    step: impl FnOnce(&mut Builder<'_>, ValueId, &[ValueId]) -> Result<Vec<ValueId>>,
) -> Result<Vec<ValueId>> {
    let body = b.function.add_region();
    let index = b.function.add_region_param(body, Shape::scalar(DType::I32));
    let mut params = vec![];
    for &value in state {
        let shape = b.shape(value).clone();
        params.push(b.function.add_region_param(body, shape));
    }
    let here = std::mem::replace(&mut b.region, body);
    let next = step(b, index, &params);
    b.region = here;
    b.function.region_mut(body).results = next?;
    emit_body(b, trips, None, state, body)
}

/// The same of a body whose parameters are the counter and the state, and whose results are the next state without the
/// counter; it ends after `fewer` iterations, a scalar of `i32`, if that is given and less.
pub(super) fn emit_body(
    b: &mut Builder<'_>,
    trips: usize,
    fewer: Option<ValueId>,
    state: &[ValueId],
    body: RegionId,
) -> Result<Vec<ValueId>> {
    let here = b.region;
    let zero = b.scalar(DType::I32, 0.0);
    let operands = [&[zero], state].concat();
    let cond = b.function.add_region();
    for &operand in &operands {
        let shape = b.shape(operand).clone();
        b.function.add_region_param(cond, shape);
    }
    b.region = cond;
    let limit = b.scalar(DType::I32, trips as f64);
    let counter = b.function.region(cond).params[0];
    let mut goes_on = b.compare(Direction::Lt, counter, limit);
    if let Some(fewer) = fewer {
        let also = b.compare(Direction::Lt, counter, fewer);
        goes_on = b.binary(BinaryOp::And, goes_on, also);
    }
    b.function.region_mut(cond).results = vec![goes_on];

    b.region = body;
    let index = b.function.region(body).params[0];
    let one = b.scalar(DType::I32, 1.0);
    let count = b.add(index, one);
    b.region = here;
    b.function.region_mut(body).results.insert(0, count);
    let inst = b.emit_inst(Op::While, &operands, &[cond, body])?;
    Ok(b.function.inst(inst).results[1..].to_vec())
}

/// The least trip count given to [`emit_body`] as `fewer`, if any was.
pub(super) fn fewer(f: &Function, inst: &Inst) -> Option<ValueId> {
    let (_, both) = f.def_inst(*f.region(inst.regions[0]).results.first()?)?;
    let Op::Binary(BinaryOp::And) = both.op else { return None };
    let (_, also) = f.def_inst(both.operands[1])?;
    Some(also.operands[1])
}

/// The element at a position of the first axis.
pub(super) fn read(b: &mut Builder<'_>, x: ValueId, at: ValueId) -> Result<ValueId> {
    let dims = b.shape(x).dims.clone();
    let sizes: Axes = std::iter::once(1).chain(dims[1..].iter().filter_map(Dim::lit)).collect();
    let starts = starts(b, at, dims.len());
    let slice = b.emit(Op::DynamicSlice(sizes), &[&[x], &starts[..]].concat())?;
    Ok(b.reshape(slice, &dims[1..]))
}

/// The same with another element at a position of the first axis.
pub(super) fn write(b: &mut Builder<'_>, x: ValueId, element: ValueId, at: ValueId) -> Result<ValueId> {
    let dims: Vec<Dim> = std::iter::once(Dim::Lit(1)).chain(b.shape(element).dims.iter().cloned()).collect();
    let slice = b.reshape(element, &dims);
    let starts = starts(b, at, dims.len());
    b.emit(Op::DynamicUpdateSlice, &[&[x, slice], &starts[..]].concat())
}

fn starts(b: &mut Builder<'_>, at: ValueId, rank: usize) -> Vec<ValueId> {
    let dtype = b.shape(at).dtype;
    let mut starts = vec![at];
    if rank > 1 {
        let zero = b.scalar(dtype, 0.0);
        starts.resize(rank, zero);
    }
    starts
}

/// Uses of state that the body leaves as it is become uses of the value it began with.
pub(super) fn hoist_kept(f: &mut Function, inst: &Inst) {
    let body = f.region(inst.regions[1]).clone();
    for (i, (&param, &result)) in body.params.iter().zip(&body.results).enumerate() {
        if param != result {
            continue;
        }
        let initial = inst.operands[i];
        for &region in &inst.regions {
            let param = f.region(region).params[i];
            edit::replace_uses(f, region, &[(param, initial)]);
        }
        // The state itself goes on to be what it was.
        f.region_mut(inst.regions[1]).results[i] = param;
    }
}

/// The counter of a loop, if it is counted.
pub(super) fn counter(f: &Function, inst: &Inst) -> Option<Counter> {
    let &[goes_on] = f.region(inst.regions[0]).results.as_slice() else { return None };
    let (_, condition) = f.def_inst(goes_on)?;
    match condition.op {
        Op::Compare(..) => compared(f, inst, condition),
        // Either side ends the loop.
        Op::Binary(BinaryOp::And) => condition.operands.iter().find_map(|&side| {
            let (_, side) = f.def_inst(side)?;
            Some(Counter { exact: false, ..compared(f, inst, side)? })
        }),
        _ => None,
    }
}

/// The counter that a comparison in the condition is of.
fn compared(f: &Function, inst: &Inst, compare: &Inst) -> Option<Counter> {
    let (cond, body) = (inst.regions[0], inst.regions[1]);
    let Op::Compare(direction, _) = compare.op else { return None };
    let (x, y) = (compare.operands[0], compare.operands[1]);
    let param = |v: ValueId, region: RegionId| match f.value(v).def {
        Def::Param(of, position) if of == region => Some(position),
        _ => None,
    };
    let constant = |v: ValueId| -> Option<i64> {
        // A constant that is carried along as state is one, too.
        let v = match param(v, cond) {
            Some(i) if f.region(body).results[i] == f.region(body).params[i] => inst.operands[i],
            _ => v,
        };
        integer(f.constant(v)?)
    };
    let (position, limit, direction) = match (param(x, cond), param(y, cond)) {
        (Some(i), _) if constant(y).is_some() => (i, constant(y)?, direction),
        (_, Some(i)) if constant(x).is_some() => (i, constant(x)?, direction.swapped()),
        _ => return None,
    };
    let (_, next) = f.def_inst(f.region(body).results[position])?;
    let is_counter = |v: ValueId| param(v, body) == Some(position);
    let step = match next.op {
        Op::Binary(BinaryOp::Add) if is_counter(next.operands[0]) => integer(f.constant(next.operands[1])?)?,
        Op::Binary(BinaryOp::Add) if is_counter(next.operands[1]) => integer(f.constant(next.operands[0])?)?,
        Op::Binary(BinaryOp::Subtract) if is_counter(next.operands[0]) => integer(f.constant(next.operands[1])?)?.checked_neg()?,
        _ => return None,
    };
    let first = integer(f.constant(inst.operands[position])?)?;
    let distance = limit.checked_sub(first)?;
    let steps = |distance: i64, step: i64| if distance <= 0 { 0 } else { (distance - 1) / step + 1 };
    let trips = match direction {
        Direction::Lt if step > 0 => steps(distance, step),
        Direction::Le if step > 0 => steps(distance.checked_add(1)?, step),
        Direction::Gt if step < 0 => steps(distance.checked_neg()?, step.checked_neg()?),
        Direction::Ge if step < 0 => steps(distance.checked_neg()?.checked_add(1)?, step.checked_neg()?),
        Direction::Ne if step != 0 && distance % step == 0 && distance / step >= 0 => distance / step,
        _ => return None,
    };
    // The index of an iteration is an `i32`.
    let trips = i32::try_from(trips).ok()?;
    Some(Counter { position, first, step, trips: usize::try_from(trips).ok()?, exact: true })
}

/// The value of an integer scalar.
fn integer(tensor: &HostTensor) -> Option<i64> {
    let is_integer = tensor.dtype().is_int() && tensor.shape() == Shape::scalar(tensor.dtype());
    let number = is_integer.then(|| tensor.to_f64_vec()[0])?;
    // Beyond this the conversion to floating point may have rounded.
    (number.abs() < 9e15).then_some(number as i64)
}
