// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Forms of ops that several rules emit or recognise: constants behind broadcasts, and the two windowed ops of the
//! derivatives of max-pooling.

use crate::{
    BinaryOp, Builder, DType, Def, Diagnostic, Direction, Function, HostTensor, Op, Reducer, RegionId, Result, Shape, ValueId, Window,
};

/// The scalar that all elements equal, if the value is a broadcast constant.
pub(super) fn splat(f: &Function, mut value: ValueId) -> Option<HostTensor> {
    loop {
        let (_, inst) = f.def_inst(value)?;
        match &inst.op {
            Op::Constant(tensor) => return tensor.splat(),
            Op::BroadcastInDim { .. } | Op::Reshape(_) | Op::Transpose(_) => value = inst.operands[0],
            _ => return None,
        }
    }
}

/// Whether a value is a constant that is the identity of a reducer.
pub(super) fn is_identity(f: &Function, reducer: BinaryOp, value: ValueId) -> bool {
    splat(f, value).is_some_and(|scalar| reducer.identity(scalar.dtype()) == Some(scalar))
}

/// The direction in which a reducer that chooses one of its operands prefers the first.
pub(super) fn choice(reducer: BinaryOp) -> Option<Direction> {
    match reducer {
        BinaryOp::Maximum => Some(Direction::Ge),
        BinaryOp::Minimum => Some(Direction::Le),
        _ => None,
    }
}

/// Emits a `reduce_window` of `keys` and `values`: for each window of `keys`, the element of `values` at the position
/// of the first extreme key. It is linear in `values`; its transpose is [`scatter_selected`].
pub(super) fn gather_selected(
    b: &mut Builder<'_>,
    direction: Direction,
    window: &Window,
    keys: ValueId,
    values: ValueId,
) -> Result<ValueId> {
    let (key, value) = (b.shape(keys).dtype, b.shape(values).dtype);
    let reducer = if direction == Direction::Ge { BinaryOp::Maximum } else { BinaryOp::Minimum };
    let least = b.identity(reducer, key);
    let zero = b.scalar(value, 0.0);
    let body = chooser(b.function, direction, key, value);
    let inst = b.emit_inst(Op::ReduceWindow(window.clone()), &[keys, values, least, zero], &[body])?;
    Ok(b.function.inst(inst).results[1])
}

/// Emits a `select_and_scatter` that adds each element of `source` at the position of the first extreme key of its
/// window.
pub(super) fn scatter_selected(
    b: &mut Builder<'_>,
    direction: Direction,
    window: &Window,
    keys: ValueId,
    source: ValueId,
) -> Result<ValueId> {
    let (key, value) = (b.shape(keys).dtype, b.shape(source).dtype);
    let select = b.function.add_region();
    let x = b.function.add_region_param(select, Shape::scalar(key));
    let y = b.function.add_region_param(select, Shape::scalar(key));
    let first = Builder::new(b.function, select).compare(direction, x, y);
    b.function.region_mut(select).results = vec![first];
    let scatter = b.reducer(Reducer::Binary(BinaryOp::Add), value);
    let zero = b.scalar(value, 0.0);
    let inst = b.emit_inst(Op::SelectAndScatter(window.clone()), &[keys, source, zero], &[select, scatter])?;
    Ok(b.function.inst(inst).results[0])
}

/// The direction in which the body of [`gather_selected`] compares, if the region is such a body.
pub(super) fn chooser_direction(f: &Function, region: RegionId) -> Option<Direction> {
    let region = f.region(region);
    let (&[x, x_value, y, y_value], &[key, value]) = (region.params.as_slice(), region.results.as_slice()) else { return None };
    let operands = |v: ValueId, op: &Op| {
        let Def::Result(inst, 0) = f.value(v).def else { return None };
        (f.inst(inst).op == *op).then(|| &f.inst(inst).operands[..])
    };
    let (&[p, a, b], &[q, c, d]) = (operands(key, &Op::Select)?, operands(value, &Op::Select)?) else { return None };
    let (_, compare) = f.def_inst(p)?;
    let Op::Compare(direction @ (Direction::Ge | Direction::Le), _) = compare.op else { return None };
    ((p, a, b, c, d) == (q, x, y, x_value, y_value) && compare.operands[..] == [x, y]).then_some(direction)
}

/// The direction in which a `select_and_scatter` that chooses an extreme and adds compares.
pub(super) fn select_direction(f: &Function, regions: &[RegionId]) -> Option<Direction> {
    let &[select, scatter] = regions else { return None };
    if f.reducer_of(scatter) != Some(Reducer::Binary(BinaryOp::Add)) {
        return None;
    }
    let select = f.region(select);
    let (_, compare) = f.def_inst(*select.results.first()?)?;
    match compare.op {
        Op::Compare(direction @ (Direction::Ge | Direction::Le), _) if compare.operands[..] == select.params[..] => Some(direction),
        _ => None,
    }
}

/// The body of [`gather_selected`].
fn chooser(f: &mut Function, direction: Direction, key: DType, value: DType) -> RegionId {
    let region = f.add_region();
    let [x, x_value, y, y_value] = [key, value, key, value].map(|d| f.add_region_param(region, Shape::scalar(d)));
    let mut b = Builder::new(f, region);
    let first = b.compare(direction, x, y);
    let results = vec![b.select(first, x, y), b.select(first, x_value, y_value)];
    f.region_mut(region).results = results;
    region
}

/// The padding of the window that carries cotangents from a result of size `output` back to an operand of size `input`.
///
/// The window has `size` elements and is dilated by `window_dilation`. The forward window moved by `stride` over the
/// operand, which was dilated by `base_dilation` and padded by `low`. With the returned padding every operand element
/// meets every result element that it contributed to.
pub(super) fn transposed_padding(
    [input, size, output]: [usize; 3],
    [stride, base_dilation, window_dilation]: [usize; 3],
    low: i64,
) -> (i64, i64) {
    let window = dilated(size, window_dilation);
    let before = window - 1 - low;
    (before, dilated(input, base_dilation) + window - 1 - dilated(output, stride) - before)
}

/// Emits a `reduce_window` of one operand whose body is one op.
pub(super) fn reduce_window(b: &mut Builder<'_>, op: BinaryOp, window: &Window, x: ValueId, initial: ValueId) -> Result<ValueId> {
    let dtype = b.shape(x).dtype;
    let body = b.reducer(Reducer::Binary(op), dtype);
    let inst = b.emit_inst(Op::ReduceWindow(window.clone()), &[x, initial], &[body])?;
    Ok(b.function.inst(inst).results[0])
}

/// The size of an axis after dilation, which puts `dilation - 1` holes between neighbours.
pub(super) fn dilated(size: usize, dilation: usize) -> i64 {
    if size == 0 { 0 } else { ((size - 1) * dilation + 1) as i64 }
}

/// Emits a pad with a constant. Returns `x` if there is nothing to pad or cut.
pub(super) fn pad(b: &mut Builder<'_>, x: ValueId, value: ValueId, edges: &[(i64, i64)], interior: &[i64]) -> Result<ValueId, Diagnostic> {
    if edges.iter().all(|&e| e == (0, 0)) && interior.iter().all(|&n| n == 0) {
        return Ok(x);
    }
    let op = Op::Pad { low: edges.iter().map(|e| e.0).collect(), high: edges.iter().map(|e| e.1).collect(), interior: interior.into() };
    b.emit(op, &[x, value])
}
