// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The methods of `Tensor` and what each records: the table that follows `gomlx`'s own methods op by op, which a test
//! there compares.

use gomlx_ir::{Axes, BinaryOp, Code, DType, Dim, Direction, Function, Op, UnaryOp, ValueId};

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, PathArguments, PathSegment, Token};

use super::build::{self, dims, dtype};
use super::site::Site;
use super::value::{Built, Stop, Value};

const UNARY: &[(&str, UnaryOp)] = &[
    ("abs", UnaryOp::Abs),
    ("cbrt", UnaryOp::Cbrt),
    ("ceil", UnaryOp::Ceil),
    ("cos", UnaryOp::Cosine),
    ("erf", UnaryOp::Erf),
    ("exp", UnaryOp::Exponential),
    ("expm1", UnaryOp::ExponentialMinusOne),
    ("floor", UnaryOp::Floor),
    ("is_finite", UnaryOp::IsFinite),
    ("log", UnaryOp::Log),
    ("log1p", UnaryOp::LogPlusOne),
    ("round", UnaryOp::RoundNearestEven),
    ("rsqrt", UnaryOp::Rsqrt),
    ("sigmoid", UnaryOp::Logistic),
    ("sign", UnaryOp::Sign),
    ("sin", UnaryOp::Sine),
    ("sqrt", UnaryOp::Sqrt),
    ("tan", UnaryOp::Tan),
    ("tanh", UnaryOp::Tanh),
];

const BINARY: &[(&str, BinaryOp)] = &[("maximum", BinaryOp::Maximum), ("minimum", BinaryOp::Minimum), ("powf", BinaryOp::Power)];

const COMPARE: &[(&str, Direction)] = &[
    ("eq", Direction::Eq),
    ("ne", Direction::Ne),
    ("ge", Direction::Ge),
    ("gt", Direction::Gt),
    ("le", Direction::Le),
    ("lt", Direction::Lt),
];

const REDUCE: &[(&str, BinaryOp)] =
    &[("sum", BinaryOp::Add), ("prod", BinaryOp::Multiply), ("max", BinaryOp::Maximum), ("min", BinaryOp::Minimum)];

fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    table.iter().find(|(n, _)| *n == name).map(|&(_, t)| t)
}

/// A method of a tensor; `element` is the type of `cast::<..>`.
pub(super) fn call(f: &mut Site, name: &str, x: ValueId, args: &[Value], element: Option<DType>) -> Built {
    if let Some(host) = host_method(f, name, x, args) {
        return Ok(host);
    }
    let result = match (name, args) {
        (_, []) if find(UNARY, name).is_some() => build::unary(f, find(UNARY, name).ok_or(Stop::Unknown)?, x),
        (_, [y]) if find(BINARY, name).is_some() => {
            let op = find(BINARY, name).ok_or(Stop::Unknown)?;
            let y = build::operand(f, dtype(f, x), y)?;
            build::binary(f, op, x, y)
        }
        (_, [y]) if find(COMPARE, name).is_some() => {
            let direction = find(COMPARE, name).ok_or(Stop::Unknown)?;
            let y = build::operand(f, dtype(f, x), y)?;
            build::compare(f, direction, x, y)
        }
        ("matmul", [Value::Tensor(y)]) => build::matmul(f, x, *y),
        ("clone", []) => Ok(x),
        ("clamp", [low, high]) => {
            let low = build::operand(f, dtype(f, x), low)?;
            let x = build::binary(f, BinaryOp::Maximum, x, low)?;
            let high = build::operand(f, dtype(f, x), high)?;
            build::binary(f, BinaryOp::Minimum, x, high)
        }
        ("square", []) => build::binary(f, BinaryOp::Multiply, x, x),
        ("relu", []) => {
            let zero = build::scalar(f, dtype(f, x), 0.0);
            let negative = build::compare(f, Direction::Le, x, zero)?;
            build::select(f, negative, zero, x)
        }
        ("silu", []) => {
            let gate = build::unary(f, UnaryOp::Logistic, x)?;
            build::binary(f, BinaryOp::Multiply, x, gate)
        }
        ("gelu", []) => {
            let scaled = build::binary_number(f, BinaryOp::Multiply, x, std::f64::consts::FRAC_1_SQRT_2)?;
            let erf = build::unary(f, UnaryOp::Erf, scaled)?;
            let shifted = build::binary_number(f, BinaryOp::Add, erf, 1.0)?;
            let product = build::binary(f, BinaryOp::Multiply, x, shifted)?;
            build::binary_number(f, BinaryOp::Multiply, product, 0.5)
        }
        ("all" | "any", []) => {
            let op = if name == "all" { BinaryOp::And } else { BinaryOp::Or };
            let axes: Axes = (0..dims(f, x).len()).collect();
            build::reduce(f, op, x, &axes)
        }
        ("cast", []) => match element {
            Some(to) => build::convert(f, x, to),
            None => Err(Stop::Unknown),
        },
        ("softmax" | "log_softmax" | "logsumexp", [axis]) => {
            let axis = one_axis(f, name, x, axis)?;
            softmax(f, name, x, axis)
        }
        _ if name == "mean" || name.starts_with("mean_") => mean(f, name, x, args),
        _ => match name.split_once('_').unwrap_or((name, "")) {
            (reducer, "" | "axis" | "keep") if find(REDUCE, reducer).is_some() => {
                let reducer = find(REDUCE, reducer).ok_or(Stop::Unknown)?;
                Ok(reduction(f, name, reducer, x, args)?.0)
            }
            _ => shape_method(f, name, x, args),
        },
    };
    result.map(Value::Tensor)
}

/// Methods that give host values.
fn host_method(f: &Function, name: &str, x: ValueId, args: &[Value]) -> Option<Value> {
    let all = dims(f, x);
    match (name, args) {
        ("rank", []) => Some(Value::Integer(i64::try_from(all.len()).ok()?)),
        ("len", []) => Some(Value::Size(all.iter().fold(Dim::Lit(1), |n, d| &n * d))),
        ("dims", []) => Some(Value::List(all.into_iter().map(Value::Size).collect())),
        ("dim", [Value::Integer(axis)]) => Some(Value::Size(all.get(usize::try_from(*axis).ok()?)?.clone())),
        _ => None,
    }
}

/// Methods that move elements.
fn shape_method(f: &mut Site, name: &str, x: ValueId, args: &[Value]) -> Built<ValueId> {
    let from = dims(f, x);
    let rank = from.len();
    match (name, args) {
        ("reshape", [to]) => {
            let to = sizes(to)?;
            build::reshape(f, x, &to)
        }
        ("broadcast_to", [to]) => {
            let to = sizes(to)?;
            build::broadcast_to(f, x, &to)
        }
        ("flatten", []) => {
            let count = from.iter().fold(Dim::Lit(1), |n, d| &n * d);
            build::reshape(f, x, &[count])
        }
        ("transpose", [Value::List(axes)]) => {
            let permutation: Option<Axes> = axes.iter().map(|a| a.size()?.lit()).collect();
            let permutation = permutation.ok_or(Stop::Unknown)?;
            build::emit(f, Op::Transpose(permutation), &[x])
        }
        ("t", []) if rank < 2 => Err(Stop::Mistake(Code::Shape, format!("t: {} has fewer than two axes", f.shape(x)))),
        ("t", []) => {
            let mut permutation: Axes = (0..rank).collect();
            permutation.swap(rank - 2, rank - 1);
            build::emit(f, Op::Transpose(permutation), &[x])
        }
        ("expand_dims", [Value::Integer(axis)]) => {
            let position = if *axis < 0 { axis + rank as i64 + 1 } else { *axis };
            let position = usize::try_from(position).ok().filter(|&p| p <= rank);
            let position =
                position.ok_or_else(|| Stop::Mistake(Code::Attribute, format!("expand_dims: {} takes no axis {axis}", f.shape(x))))?;
            let mut to = from;
            to.insert(position, Dim::Lit(1));
            build::reshape(f, x, &to)
        }
        ("squeeze", [axis]) => {
            let axis = one_axis(f, name, x, axis)?;
            squeeze(f, x, axis)
        }
        ("reverse", [axis]) => {
            let axis = one_axis(f, name, x, axis)?;
            build::emit(f, Op::Reverse(Axes::from_slice(&[axis])), &[x])
        }
        ("slice_axis", [axis, start, end]) => {
            let axis = one_axis(f, name, x, axis)?;
            let (start, end) = (start.size().and_then(|d| d.lit()).ok_or(Stop::Unknown)?, end.size().ok_or(Stop::Unknown)?);
            let (mut starts, mut limits) = (Axes::from_elem(0, rank), f.shape(x).dims.clone());
            starts[axis] = start;
            limits[axis] = end;
            build::emit(f, Op::Slice { starts, limits, strides: Axes::from_elem(1, rank) }, &[x])
        }
        _ => Err(Stop::Unknown),
    }
}

fn squeeze(f: &mut Site, x: ValueId, axis: usize) -> Built<ValueId> {
    let mut to = dims(f, x);
    let size = to.remove(axis);
    if !size.is(1) {
        let wrong = size.provably_differs(&Dim::Lit(1));
        return Err(if wrong {
            Stop::Mistake(Code::Shape, format!("squeeze: axis {axis} of {} has not size 1", f.shape(x)))
        } else {
            Stop::Unknown
        });
    }
    build::reshape(f, x, &to)
}

/// `sum()`, `sum_axis(..)`, `sum_keep(..)` and the like, and the axes they reduce.
fn reduction(f: &mut Site, name: &str, reducer: BinaryOp, x: ValueId, args: &[Value]) -> Built<(ValueId, Axes)> {
    let (axes, keep) = match args {
        [] => ((0..dims(f, x).len()).collect(), false),
        [axes] => (axes_of(f, name, x, axes)?, name.ends_with("_keep")),
        _ => return Err(Stop::Unknown),
    };
    let reduced = build::accumulate(f, reducer, x, &axes)?;
    let result = if keep { build::keep(f, x, reduced, &axes)? } else { reduced };
    Ok((result, axes))
}

fn mean(f: &mut Site, name: &str, x: ValueId, args: &[Value]) -> Built<ValueId> {
    if !matches!(name, "mean" | "mean_axis" | "mean_keep") {
        return Err(Stop::Unknown);
    }
    let to = dtype(f, x);
    if !to.is_float() {
        return Err(Stop::Mistake(Code::DType, format!("{name}: {} is not floating point", f.shape(x))));
    }
    let wide = build::convert(f, x, if to.size() < 4 { DType::F32 } else { to })?;
    let (sum, axes) = reduction(f, name, BinaryOp::Add, wide, args)?;
    let count = axes.iter().fold(Dim::Lit(1), |n, &a| &n * &dims(f, x)[a]);
    let mean = build::divide_by_count(f, sum, &count)?;
    build::convert(f, mean, to)
}

/// The softmax family, shifted by the maximum, which derivatives take for a constant: a reshape to its own shape.
fn softmax(f: &mut Site, name: &str, x: ValueId, axis: usize) -> Built<ValueId> {
    let max = build::reduce(f, BinaryOp::Maximum, x, &[axis])?;
    let max = build::keep(f, x, max, &[axis])?;
    let to = f.shape(max).dims.clone();
    let max = build::emit(f, Op::Reshape(to), &[max])?;
    let shifted = build::binary(f, BinaryOp::Subtract, x, max)?;
    let e = build::unary(f, UnaryOp::Exponential, shifted)?;
    let sum = build::accumulate(f, BinaryOp::Add, e, &[axis])?;
    let sum = build::keep(f, e, sum, &[axis])?;
    match name {
        "softmax" => build::binary(f, BinaryOp::Divide, e, sum),
        "log_softmax" => {
            let log_sum = build::unary(f, UnaryOp::Log, sum)?;
            build::binary(f, BinaryOp::Subtract, shifted, log_sum)
        }
        _ => {
            let log_sum = build::unary(f, UnaryOp::Log, sum)?;
            let total = build::binary(f, BinaryOp::Add, log_sum, max)?;
            squeeze(f, total, axis)
        }
    }
}

/// `Tensor::<f32>::zeros(&[..])` and the like, and `Tensor::scalar(1.0f32)`.
pub(super) fn constructor(f: &mut Site, ty: &PathSegment, name: &str, written: &Punctuated<Expr, Token![,]>, args: &[Value]) -> Built {
    let PathArguments::AngleBracketed(element) = &ty.arguments else {
        return match (name, args, written.first()) {
            ("scalar", [value], Some(Expr::Lit(lit))) => {
                let suffix = match &lit.lit {
                    Lit::Int(n) => n.suffix(),
                    Lit::Float(x) => x.suffix(),
                    _ => "",
                };
                let dtype = DType::from_name(suffix).ok_or(Stop::Unknown)?;
                Ok(Value::Tensor(build::operand(f, dtype, value)?))
            }
            _ => Err(Stop::Unknown),
        };
    };
    let dtype = DType::from_name(&element.args.to_token_stream().to_string()).ok_or(Stop::Unknown)?;
    let value = match (name, args) {
        ("scalar", [value]) => return Ok(Value::Tensor(build::operand(f, dtype, value)?)),
        ("zeros", [_]) => Value::Integer(0),
        ("ones", [_]) => Value::Integer(1),
        ("full", [_, value]) => value.clone(),
        _ => return Err(Stop::Unknown),
    };
    let scalar = build::operand(f, dtype, &value)?;
    build::broadcast_to(f, scalar, &sizes(&args[0])?).map(Value::Tensor)
}

/// `concat(&[a, b], axis)`.
pub(super) fn concat(f: &mut Site, args: &[Value]) -> Built {
    let [Value::List(parts), axis] = args else { return Err(Stop::Unknown) };
    let parts: Option<Vec<ValueId>> = parts.iter().map(|p| if let Value::Tensor(x) = p { Some(*x) } else { None }).collect();
    let parts = parts.filter(|p| !p.is_empty()).ok_or(Stop::Unknown)?;
    let axis = one_axis(f, "concat", parts[0], axis)?;
    build::emit(f, Op::Concatenate(axis), &parts).map(Value::Tensor)
}

/// `select(&mask, &a, b)`.
pub(super) fn select(f: &mut Site, args: &[Value]) -> Built {
    match args {
        [Value::Tensor(mask), Value::Tensor(on_true), on_false] if dtype(f, *mask) == DType::Bool => {
            let on_false = build::operand(f, dtype(f, *on_true), on_false)?;
            build::select(f, *mask, *on_true, on_false).map(Value::Tensor)
        }
        _ => Err(Stop::Unknown),
    }
}

fn sizes(value: &Value) -> Built<Vec<Dim>> {
    let Value::List(items) = value else { return Err(Stop::Unknown) };
    items.iter().map(|i| i.size().ok_or(Stop::Unknown)).collect()
}

fn axes_of(f: &Function, op: &str, x: ValueId, value: &Value) -> Built<Axes> {
    let mut axes: Axes = match value {
        Value::List(items) => items.iter().map(|i| one_axis(f, op, x, i)).collect::<Built<_>>()?,
        one => Axes::from_slice(&[one_axis(f, op, x, one)?]),
    };
    axes.sort_unstable();
    if axes.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Stop::Mistake(Code::Attribute, format!("{op}: the axes of {} name one axis twice", f.shape(x))));
    }
    Ok(axes)
}

fn one_axis(f: &Function, op: &str, x: ValueId, value: &Value) -> Built<usize> {
    let Value::Integer(axis) = value else { return Err(Stop::Unknown) };
    let rank = f.shape(x).rank() as i64;
    let position = if *axis < 0 { axis + rank } else { *axis };
    let position = usize::try_from(position).ok().filter(|&p| (p as i64) < rank);
    position.ok_or_else(|| Stop::Mistake(Code::Attribute, format!("{op}: {} has no axis {axis}", f.shape(x))))
}
