// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions for the ops that users call, as the runtime records them, on shapes that may be symbolic.

use gomlx_ir::{
    Axes, BinaryOp, Builder, Code, CompareKind, DType, Dim, Direction, Donation, DotDims, Function, Op, Reducer, Shape, UnaryOp, ValueId,
};

use super::value::{Built, Stop, Value};

type Dims = Vec<Dim>;

/// Appends an op. What inference refuses is a mistake if it is one for all values of the symbols.
pub(super) fn emit(function: &mut Function, op: Op, operands: &[ValueId]) -> Built<ValueId> {
    emit_with(function, op, operands, None)
}

fn emit_with(function: &mut Function, op: Op, operands: &[ValueId], body: Option<(Reducer, DType)>) -> Built<ValueId> {
    let known = operands.iter().all(|&v| function.shape(v).known().is_some()) && attributes_known(&op);
    let mut builder = Builder::new(function, Function::BODY);
    let regions: Vec<_> = body.into_iter().map(|(reducer, dtype)| builder.reducer(reducer, dtype)).collect();
    match builder.emit_inst(op, operands, &regions) {
        Ok(inst) => Ok(function.inst(inst).results[0]),
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

/// A scalar constant of an element type: the nearest to a number.
pub(super) fn scalar(function: &mut Function, dtype: DType, value: f64) -> ValueId {
    Builder::new(function, Function::BODY).scalar(dtype, value)
}

/// An operand of an op on tensors of an element type: a tensor or a number.
pub(super) fn operand(function: &mut Function, dtype: DType, value: &Value) -> Built<ValueId> {
    match value {
        Value::Tensor(x) => Ok(*x),
        other => match other.number() {
            Some(number) => Ok(scalar(function, dtype, number)),
            None => Err(Stop::Unknown),
        },
    }
}

pub(super) fn unary(function: &mut Function, op: UnaryOp, x: ValueId) -> Built<ValueId> {
    emit(function, Op::Unary(op), &[x])
}

pub(super) fn binary(function: &mut Function, op: BinaryOp, x: ValueId, y: ValueId) -> Built<ValueId> {
    let (x, y) = broadcast_pair(function, Op::Binary(op).short_name(), x, y)?;
    emit(function, Op::Binary(op), &[x, y])
}

/// A binary op with a number on the right.
pub(super) fn binary_number(function: &mut Function, op: BinaryOp, x: ValueId, y: f64) -> Built<ValueId> {
    let y = scalar(function, dtype(function, x), y);
    binary(function, op, x, y)
}

pub(super) fn compare(function: &mut Function, direction: Direction, x: ValueId, y: ValueId) -> Built<ValueId> {
    let (x, y) = broadcast_pair(function, "compare", x, y)?;
    emit(function, Op::Compare(direction, CompareKind::of(dtype(function, x))), &[x, y])
}

pub(super) fn select(function: &mut Function, mask: ValueId, on_true: ValueId, on_false: ValueId) -> Built<ValueId> {
    let (x, y) = broadcast_pair(function, "select", on_true, on_false)?;
    let (mask, x) = broadcast_pair(function, "select", mask, x)?;
    let (_, y) = broadcast_pair(function, "select", mask, y)?;
    emit(function, Op::Select, &[mask, x, y])
}

/// Both operands in the shape that NumPy's rules give.
fn broadcast_pair(function: &mut Function, op: &str, x: ValueId, y: ValueId) -> Built<(ValueId, ValueId)> {
    let (a, b) = (dims(function, x), dims(function, y));
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
                let (x, y) = (function.shape(x), function.shape(y));
                return Err(Stop::Mistake(Code::Shape, format!("{op}: shapes {x} and {y} do not broadcast: {m} and {n} differ")));
            }
            // Either may be 1, or both equal.
            _ => return Err(Stop::Unknown),
        });
    }
    Ok((broadcast_to(function, x, &both)?, broadcast_to(function, y, &both)?))
}

pub(super) fn broadcast_to(function: &mut Function, x: ValueId, to: &[Dim]) -> Built<ValueId> {
    let from = dims(function, x);
    if from == to {
        return Ok(x);
    }
    let fits = |(a, b): (&Dim, &Dim)| a == b || a.is(1);
    if from.len() > to.len() || !from.iter().rev().zip(to.iter().rev()).all(fits) {
        let wrong = from.len() > to.len()
            || from.iter().rev().zip(to.iter().rev()).any(|(a, b)| a.lit().is_some_and(|n| n != 1) && a.provably_differs(b));
        let shape = function.shape(x);
        return Err(if wrong {
            Stop::Mistake(Code::Shape, format!("broadcast_to: {shape} does not broadcast to {to:?}"))
        } else {
            Stop::Unknown
        });
    }
    let axes: Axes = (to.len() - from.len()..to.len()).collect();
    emit(function, Op::BroadcastInDim { dims: to.into(), axes }, &[x])
}

pub(super) fn reshape(function: &mut Function, x: ValueId, to: &[Dim]) -> Built<ValueId> {
    if dims(function, x) == to { Ok(x) } else { emit(function, Op::Reshape(to.into()), &[x]) }
}

/// Reduces axes from the reducer's identity.
pub(super) fn reduce(function: &mut Function, reducer: BinaryOp, x: ValueId, axes: &[usize]) -> Built<ValueId> {
    if axes.is_empty() {
        return Ok(x);
    }
    let dtype = dtype(function, x);
    let Some(identity) = reducer.identity(dtype) else { return Err(Stop::Unknown) };
    let initial = Builder::new(function, Function::BODY).constant(identity);
    emit_with(function, Op::Reduce(axes.into()), &[x, initial], Some((Reducer::Binary(reducer), dtype)))
}

/// Reduces axes; sums and products of half types in f32.
pub(super) fn accumulate(function: &mut Function, reducer: BinaryOp, x: ValueId, axes: &[usize]) -> Built<ValueId> {
    let to = dtype(function, x);
    let half = matches!(to, DType::F16 | DType::BF16) && matches!(reducer, BinaryOp::Add | BinaryOp::Multiply);
    let wide = convert(function, x, if half { DType::F32 } else { to })?;
    let reduced = reduce(function, reducer, wide, axes)?;
    convert(function, reduced, to)
}

pub(super) fn convert(function: &mut Function, x: ValueId, to: DType) -> Built<ValueId> {
    if dtype(function, x) == to { Ok(x) } else { emit(function, Op::Convert(to), &[x]) }
}

/// What [`reduce`] gave, with the reduced axes as size 1.
pub(super) fn keep(function: &mut Function, x: ValueId, reduced: ValueId, axes: &[usize]) -> Built<ValueId> {
    let kept: Dims = dims(function, x).into_iter().enumerate().map(|(a, n)| if axes.contains(&a) { Dim::Lit(1) } else { n }).collect();
    reshape(function, reduced, &kept)
}

/// How the names of parameters begin that stand for a number of elements.
pub(super) const COUNT: &str = "count_";

/// Division by a number of elements; where symbols decide it, by a parameter named after it, which only readers see.
pub(super) fn divide_by_count(function: &mut Function, x: ValueId, count: &Dim) -> Built<ValueId> {
    if let Some(n) = count.lit() {
        return binary_number(function, BinaryOp::Divide, x, n as f64);
    }
    let shape = Shape::scalar(dtype(function, x));
    let name = format!("{COUNT}{count}");
    let existing = function.params().iter().copied().find(|&p| function.value(p).name.as_deref() == Some(&name));
    let count = existing.unwrap_or_else(|| {
        let value = function.add_param(shape, Donation::Keep);
        function.set_name(value, &name);
        value
    });
    binary(function, BinaryOp::Divide, x, count)
}

pub(super) fn matmul(function: &mut Function, x: ValueId, y: ValueId) -> Built<ValueId> {
    let (a, b) = (dims(function, x), dims(function, y));
    let (shape_x, shape_y) = (function.shape(x), function.shape(y));
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
        return dot(function, x, y, 0, a.len() - 1, y_axis);
    }
    let rank = a.len().saturating_sub(2).max(b.len() - 2);
    let (x, y) = (with_batch(function, x, &b, rank)?, with_batch(function, y, &a, rank)?);
    let x_axis = dims(function, x).len() - 1;
    dot(function, x, y, rank, x_axis, rank)
}

/// `x` with its batch axes broadcast to those of both.
fn with_batch(function: &mut Function, x: ValueId, other: &Dims, rank: usize) -> Built<ValueId> {
    let own = dims(function, x);
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
    broadcast_to(function, x, &to)
}

fn dot(function: &mut Function, x: ValueId, y: ValueId, batch: usize, x_axis: usize, y_axis: usize) -> Built<ValueId> {
    let dims = DotDims {
        lhs_batch: (0..batch).collect(),
        rhs_batch: (0..batch).collect(),
        lhs_contracting: Axes::from_slice(&[x_axis]),
        rhs_contracting: Axes::from_slice(&[y_axis]),
        out: dtype(function, x),
    };
    emit(function, Op::DotGeneral(dims), &[x, y])
}

/// Sets the results: the state that changed, then what the function yields. Whether all of them are known.
pub(super) fn set_results(function: &mut Function, states: &[(ValueId, Value)], result: Option<&Value>) -> bool {
    let (mut results, mut complete) = (vec![], true);
    for (before, after) in states {
        let Value::Tensor(after) = after else {
            complete = false;
            continue;
        };
        let param = function.params().iter().position(|p| p == before).expect("state is a parameter");
        function.donations[param] = match () {
            () if before == after => Donation::Keep,
            () if function.shape(*before) == function.shape(*after) => Donation::Alias(results.len()),
            () => Donation::Donate,
        };
        if before != after {
            results.push(*after);
        }
    }
    match result {
        Some(Value::Tensor(x)) => results.push(*x),
        Some(Value::Tuple(parts)) => {
            for part in parts {
                match part {
                    Value::Tensor(x) => results.push(*x),
                    _ => complete = false,
                }
            }
        }
        Some(_) => complete = false,
        None => {}
    }
    function.set_results(results);
    complete
}
