// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions for the ops that users call, as the runtime records them, on shapes that may be symbolic.

use gomlx_ir::{
    Axes, BinaryOp, Code, CompareKind, DType, Dim, Direction, Donation, DotDims, Function, Op, Reducer, Shape, UnaryOp, ValueId,
};

use super::site::Site;
use super::value::{Built, Stop, Value};

type Dims = Vec<Dim>;

/// Appends an op. What inference refuses is a mistake if it is one for all values of the symbols.
pub(super) fn emit(site: &mut Site, op: Op, operands: &[ValueId]) -> Built<ValueId> {
    emit_with(site, op, operands, None)
}

fn emit_with(site: &mut Site, op: Op, operands: &[ValueId], body: Option<(Reducer, DType)>) -> Built<ValueId> {
    let known = operands.iter().all(|&v| site.shape(v).known().is_some()) && attributes_known(&op);
    let mut builder = site.builder();
    let regions: Vec<_> = body.into_iter().map(|(reducer, dtype)| builder.reducer(reducer, dtype)).collect();
    match builder.emit_inst(op, operands, &regions) {
        Ok(inst) => Ok(site.inst(inst).results[0]),
        Err(e) if known || e.code == Code::DType => Err(Stop::Mistake(e.code, e.message)),
        Err(_) => Err(Stop::Unknown),
    }
}

fn attributes_known(op: &Op) -> bool {
    match op {
        Op::BroadcastInDim { dims, .. } | Op::Reshape(dims) | Op::Slice { limits: dims, .. } => dims.iter().all(|d| d.lit().is_some()),
        _ => true,
    }
}

pub(super) fn dims(function: &Function, x: ValueId) -> Dims {
    function.shape(x).dims.to_vec()
}

pub(super) fn dtype(function: &Function, x: ValueId) -> DType {
    function.shape(x).dtype
}

/// Whether two shapes differ in their dims for all values of the symbols.
pub(super) fn provably_differ(a: &Shape, b: &Shape) -> bool {
    a.rank() != b.rank() || a.dims.iter().zip(&b.dims).any(|(a, b)| a.provably_differs(b))
}

/// A scalar constant of an element type: the nearest to a number.
pub(super) fn scalar(site: &mut Site, dtype: DType, value: f64) -> ValueId {
    site.builder().scalar(dtype, value)
}

/// An operand of an op on tensors of an element type: a tensor or a number.
pub(super) fn operand(site: &mut Site, dtype: DType, value: &Value) -> Built<ValueId> {
    match value {
        Value::Tensor(x) => Ok(*x),
        other => match other.number() {
            Some(number) => Ok(scalar(site, dtype, number)),
            None => Err(Stop::Unknown),
        },
    }
}

pub(super) fn unary(site: &mut Site, op: UnaryOp, x: ValueId) -> Built<ValueId> {
    emit(site, Op::Unary(op), &[x])
}

pub(super) fn binary(site: &mut Site, op: BinaryOp, x: ValueId, y: ValueId) -> Built<ValueId> {
    let (x, y) = broadcast_pair(site, Op::Binary(op).short_name(), x, y)?;
    emit(site, Op::Binary(op), &[x, y])
}

/// A binary op with a number on the right.
pub(super) fn binary_number(site: &mut Site, op: BinaryOp, x: ValueId, y: f64) -> Built<ValueId> {
    let y = scalar(site, dtype(site, x), y);
    binary(site, op, x, y)
}

pub(super) fn compare(site: &mut Site, direction: Direction, x: ValueId, y: ValueId) -> Built<ValueId> {
    let (x, y) = broadcast_pair(site, "compare", x, y)?;
    emit(site, Op::Compare(direction, CompareKind::of(dtype(site, x))), &[x, y])
}

pub(super) fn select(site: &mut Site, mask: ValueId, on_true: ValueId, on_false: ValueId) -> Built<ValueId> {
    let (x, y) = broadcast_pair(site, "select", on_true, on_false)?;
    let (mask, x) = broadcast_pair(site, "select", mask, x)?;
    let (_, y) = broadcast_pair(site, "select", mask, y)?;
    emit(site, Op::Select, &[mask, x, y])
}

/// Both operands in the shape that NumPy's rules give.
fn broadcast_pair(site: &mut Site, op: &str, x: ValueId, y: ValueId) -> Built<(ValueId, ValueId)> {
    let (a, b) = (dims(site, x), dims(site, y));
    if a == b {
        return Ok((x, y));
    }
    let rank = a.len().max(b.len());
    let size = |dims: &Dims, axis: usize| (axis + dims.len()).checked_sub(rank).map_or(Dim::Lit(1), |i| dims[i].clone());
    let mut both = vec![];
    for axis in 0..rank {
        let (m, n) = (size(&a, axis), size(&b, axis));
        both.push(match (&m, &n) {
            _ if m == n || n.is(1) => m,
            _ if m.is(1) => n,
            (Dim::Lit(_), Dim::Lit(_)) => {
                let (x, y) = (site.shape(x), site.shape(y));
                return Err(Stop::Mistake(Code::Shape, format!("{op}: shapes {x} and {y} do not broadcast: {m} and {n} differ")));
            }
            // Either may be 1, or both equal.
            _ => return Err(Stop::Unknown),
        });
    }
    Ok((broadcast_to(site, x, &both)?, broadcast_to(site, y, &both)?))
}

pub(super) fn broadcast_to(site: &mut Site, x: ValueId, to: &[Dim]) -> Built<ValueId> {
    let from = dims(site, x);
    if from == to {
        return Ok(x);
    }
    let fits = |(a, b): (&Dim, &Dim)| a == b || a.is(1);
    if from.len() > to.len() || !from.iter().rev().zip(to.iter().rev()).all(fits) {
        let wrong = from.len() > to.len()
            || from.iter().rev().zip(to.iter().rev()).any(|(a, b)| a.lit().is_some_and(|n| n != 1) && a.provably_differs(b));
        let shape = site.shape(x);
        return Err(if wrong {
            Stop::Mistake(Code::Shape, format!("broadcast_to: {shape} does not broadcast to {to:?}"))
        } else {
            Stop::Unknown
        });
    }
    let axes: Axes = (to.len() - from.len()..to.len()).collect();
    emit(site, Op::BroadcastInDim { dims: to.into(), axes }, &[x])
}

pub(super) fn reshape(site: &mut Site, x: ValueId, to: &[Dim]) -> Built<ValueId> {
    if dims(site, x) == to { Ok(x) } else { emit(site, Op::Reshape(to.into()), &[x]) }
}

/// Reduces axes from the reducer's identity.
pub(super) fn reduce(site: &mut Site, reducer: BinaryOp, x: ValueId, axes: &[usize]) -> Built<ValueId> {
    if axes.is_empty() {
        return Ok(x);
    }
    let dtype = dtype(site, x);
    let Some(identity) = reducer.identity(dtype) else { return Err(Stop::Unknown) };
    let initial = site.builder().constant(identity);
    emit_with(site, Op::Reduce(axes.into()), &[x, initial], Some((Reducer::Binary(reducer), dtype)))
}

/// Reduces axes; sums and products of half types in f32.
pub(super) fn accumulate(site: &mut Site, reducer: BinaryOp, x: ValueId, axes: &[usize]) -> Built<ValueId> {
    let to = dtype(site, x);
    let half = matches!(to, DType::F16 | DType::BF16) && matches!(reducer, BinaryOp::Add | BinaryOp::Multiply);
    let wide = convert(site, x, if half { DType::F32 } else { to })?;
    let reduced = reduce(site, reducer, wide, axes)?;
    convert(site, reduced, to)
}

pub(super) fn convert(site: &mut Site, x: ValueId, to: DType) -> Built<ValueId> {
    if dtype(site, x) == to { Ok(x) } else { emit(site, Op::Convert(to), &[x]) }
}

/// What [`reduce`] gave, with the reduced axes as size 1.
pub(super) fn keep(site: &mut Site, x: ValueId, reduced: ValueId, axes: &[usize]) -> Built<ValueId> {
    let kept: Dims = dims(site, x).into_iter().enumerate().map(|(a, n)| if axes.contains(&a) { Dim::Lit(1) } else { n }).collect();
    reshape(site, reduced, &kept)
}

/// How the names of parameters begin that stand for a number of elements.
pub(super) const COUNT: &str = "count_";

/// Division by a number of elements; where symbols decide it, by a parameter named after it, which only readers see.
pub(super) fn divide_by_count(site: &mut Site, x: ValueId, count: &Dim) -> Built<ValueId> {
    if let Some(n) = count.lit() {
        return binary_number(site, BinaryOp::Divide, x, n as f64);
    }
    let shape = Shape::scalar(dtype(site, x));
    let name = format!("{COUNT}{count}");
    let existing = site.params().iter().copied().find(|&p| site.value(p).name.as_deref() == Some(&name));
    let count = existing.unwrap_or_else(|| {
        let value = site.add_param(shape, Donation::Keep);
        site.set_name(value, &name);
        value
    });
    binary(site, BinaryOp::Divide, x, count)
}

pub(super) fn matmul(site: &mut Site, x: ValueId, y: ValueId) -> Built<ValueId> {
    let (a, b) = (dims(site, x), dims(site, y));
    let (shape_x, shape_y) = (site.shape(x), site.shape(y));
    let (Some(k), Some(y_axis)) = (a.last(), b.len().checked_sub(2).or(b.len().checked_sub(1))) else {
        return Err(Stop::Mistake(Code::Shape, format!("matmul: {shape_x} and {shape_y}: a scalar is not a matrix")));
    };
    if k.provably_differs(&b[y_axis]) {
        return Err(Stop::Mistake(Code::Shape, format!("matmul: cannot contract {shape_x} with {shape_y}: {k} and {} differ", b[y_axis])));
    }
    if *k != b[y_axis] {
        return Err(Stop::Unknown);
    }
    if b.len() <= 2 {
        return dot(site, x, y, 0, a.len() - 1, y_axis);
    }
    let rank = a.len().saturating_sub(2).max(b.len() - 2);
    let (x, y) = (with_batch(site, x, &b, rank)?, with_batch(site, y, &a, rank)?);
    let x_axis = dims(site, x).len() - 1;
    dot(site, x, y, rank, x_axis, rank)
}

/// `x` with its batch axes broadcast to those of both.
fn with_batch(site: &mut Site, x: ValueId, other: &Dims, rank: usize) -> Built<ValueId> {
    let own = dims(site, x);
    let size = |dims: &Dims, axis: usize| {
        let batch = dims.len().saturating_sub(2);
        (axis + batch).checked_sub(rank).map_or(Dim::Lit(1), |a| dims[a].clone())
    };
    let mut to = vec![];
    for axis in 0..rank {
        let (m, n) = (size(&own, axis), size(other, axis));
        match () {
            () if m == n || n.is(1) => to.push(m),
            () if m.is(1) => to.push(n),
            () => return Err(Stop::Unknown),
        }
    }
    to.extend(own[own.len() - own.len().min(2)..].iter().cloned());
    broadcast_to(site, x, &to)
}

fn dot(site: &mut Site, x: ValueId, y: ValueId, batch: usize, x_axis: usize, y_axis: usize) -> Built<ValueId> {
    let dims = DotDims {
        lhs_batch: (0..batch).collect(),
        rhs_batch: (0..batch).collect(),
        lhs_contracting: Axes::from_slice(&[x_axis]),
        rhs_contracting: Axes::from_slice(&[y_axis]),
        out: dtype(site, x),
    };
    emit(site, Op::DotGeneral(dims), &[x, y])
}

/// Sets the results of a function, as far as they are known. Gives whether all of them are.
pub(super) fn set_results(function: &mut Function, states: &[(ValueId, Value)], result: Option<&Value>) -> bool {
    let state: Vec<(ValueId, ValueId)> =
        states.iter().filter_map(|(before, after)| if let Value::Tensor(after) = after { Some((*before, *after)) } else { None }).collect();
    let parts = match result {
        None => &[],
        Some(Value::Tuple(parts)) => parts.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    let results: Vec<ValueId> = parts.iter().filter_map(|part| if let Value::Tensor(x) = part { Some(*x) } else { None }).collect();
    let complete = state.len() == states.len() && results.len() == parts.len();
    gomlx_ir::compose::set_results(function, &state, &results);
    complete
}
