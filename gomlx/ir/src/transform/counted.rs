// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Counted loops: recognises and emits `while` loops with a known trip count.
//!
//! A loop is counted if its condition compares one part of its state, the counter, with a constant, and its body adds a
//! constant to the counter. The emitted loops have an `i32` counter that goes from zero to the trip count in steps of
//! one.

use crate::{Axes, BinaryOp, Builder, DType, Def, Dim, Direction, Function, HostTensor, Inst, Op, RegionId, Result, Shape, ValueId, edit};

/// The counter of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counter {
    /// The counter's position in the state.
    pub(super) position: usize,
    /// The counter's value in the first iteration.
    pub(super) first: i64,
    /// The number that each iteration adds to the counter.
    pub(super) step: i64,
    /// The greatest number of times that the body can run.
    pub(super) trips: usize,
    /// Whether the body always runs `trips` times.
    pub(super) exact: bool,
}

impl Counter {
    /// Emits the counter's value in an iteration, with the dtype of `like`.
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

/// Emits a loop over `0..trips`. `step` takes the counter and the state and gives the next state. Returns the last
/// state.
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

/// As [`emit`], with a region as the body: its parameters are the counter and the state, its results the next state
/// without the counter. If `fewer`, an `i32` scalar, is given, the loop ends after `fewer` iterations or after `trips`,
/// whichever comes first.
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

/// The scalar that was given to [`emit_body`] as `fewer`, if there was one.
pub(super) fn fewer(f: &Function, inst: &Inst) -> Option<ValueId> {
    let (_, both) = f.def_inst(*f.region(inst.regions[0]).results.first()?)?;
    let Op::Binary(BinaryOp::And) = both.op else { return None };
    let (_, also) = f.def_inst(both.operands[1])?;
    Some(also.operands[1])
}

/// Reads the element at position `at` of the first axis.
pub(super) fn read(b: &mut Builder<'_>, x: ValueId, at: ValueId) -> Result<ValueId> {
    let dims = b.shape(x).dims.clone();
    let sizes: Axes = std::iter::once(1).chain(dims[1..].iter().filter_map(Dim::lit)).collect();
    let starts = starts(b, at, dims.len());
    let slice = b.emit(Op::DynamicSlice(sizes), &[&[x], &starts[..]].concat())?;
    Ok(b.reshape(slice, &dims[1..]))
}

/// Replaces the element at position `at` of the first axis.
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

/// Finds the parts of the state that the body does not change, and replaces their uses by uses of their initial values.
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
        // The state still carries its own parameter.
        f.region_mut(inst.regions[1]).results[i] = param;
    }
}

/// The counter of a loop, if it is counted.
pub(super) fn counter(f: &Function, inst: &Inst) -> Option<Counter> {
    let &[goes_on] = f.region(inst.regions[0]).results.as_slice() else { return None };
    let (_, condition) = f.def_inst(goes_on)?;
    match condition.op {
        Op::Compare(..) => compared(f, inst, condition),
        // The loop ends when either side of the `and` is false.
        Op::Binary(BinaryOp::And) => condition.operands.iter().find_map(|&side| {
            let (_, side) = f.def_inst(side)?;
            Some(Counter { exact: false, ..compared(f, inst, side)? })
        }),
        _ => None,
    }
}

/// The counter that a comparison of the condition uses.
fn compared(f: &Function, inst: &Inst, compare: &Inst) -> Option<Counter> {
    let (cond, body) = (inst.regions[0], inst.regions[1]);
    let Op::Compare(direction, _) = compare.op else { return None };
    let (x, y) = (compare.operands[0], compare.operands[1]);
    let param = |v: ValueId, region: RegionId| match f.value(v).def {
        Def::Param(of, position) if of == region => Some(position),
        _ => None,
    };
    let constant = |v: ValueId| -> Option<i64> {
        // State that stays constant counts as a constant.
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
    // The conversion of larger numbers to floating point may have rounded.
    (number.abs() < 9e15).then_some(number as i64)
}
