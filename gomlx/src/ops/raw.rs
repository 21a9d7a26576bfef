// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops on tensors of any element type: what the typed methods and the optimizers are made of.

use gomlx_ir::{BinaryOp, Code, CompareKind, DType, Diagnostic, Dim, Direction, HostTensor, Op, Reducer, UnaryOp};
use smallvec::{SmallVec, smallvec};

use crate::AnyTensor;
use crate::emit::{Node, emit_one};
use crate::trace;

#[track_caller]
pub(crate) fn unary(op: UnaryOp, x: &AnyTensor) -> AnyTensor {
    emit_one(Op::Unary(op), &[x])
}

/// An elementwise op of two operands, broadcast to one shape by NumPy's rules.
#[track_caller]
pub(crate) fn binary(op: BinaryOp, x: &AnyTensor, y: &AnyTensor) -> AnyTensor {
    let (x, y) = broadcast_pair(Op::Binary(op).short_name(), x, y);
    emit_one(Op::Binary(op), &[&x, &y])
}

#[track_caller]
pub(crate) fn compare(direction: Direction, x: &AnyTensor, y: &AnyTensor) -> AnyTensor {
    let (x, y) = broadcast_pair("compare", x, y);
    emit_one(Op::Compare(direction, CompareKind::of(x.dtype())), &[&x, &y])
}

#[track_caller]
pub(crate) fn select(mask: &AnyTensor, on_true: &AnyTensor, on_false: &AnyTensor) -> AnyTensor {
    let (x, y) = broadcast_pair("select", on_true, on_false);
    let (mask, x) = broadcast_pair("select", mask, &x);
    let (_, y) = broadcast_pair("select", &mask, &y);
    emit_one(Op::Select, &[&mask, &x, &y])
}

#[track_caller]
pub(crate) fn convert(x: &AnyTensor, dtype: DType) -> AnyTensor {
    if x.dtype() == dtype { x.clone() } else { emit_one(Op::Convert(dtype), &[x]) }
}

/// A scalar of an element type: the nearest to a number.
pub(crate) fn scalar(dtype: DType, value: f64) -> AnyTensor {
    trace::constant(HostTensor::full(dtype, &[], value).expect("a scalar has one element"))
}

#[track_caller]
pub(crate) fn broadcast_in_dim(x: &AnyTensor, dims: &[usize], axes: &[usize]) -> AnyTensor {
    if x.dims() == dims {
        return x.clone();
    }
    emit_one(Op::BroadcastInDim { dims: lits(dims), axes: axes.into() }, &[x])
}

/// Broadcasts by NumPy's rules: axes align at the end, and size 1 stretches.
#[track_caller]
pub(crate) fn broadcast_to(x: &AnyTensor, dims: &[usize]) -> AnyTensor {
    let fits = x.rank() <= dims.len() && x.dims().iter().rev().zip(dims.iter().rev()).all(|(&a, &b)| a == b || a == 1);
    if !fits {
        return trace::mistake(&[x], Diagnostic::new(Code::Shape, format!("broadcast_to: {x} does not broadcast to {dims:?}")));
    }
    let offset = dims.len().saturating_sub(x.rank());
    let axes: SmallVec<[usize; 6]> = (offset..dims.len()).collect();
    broadcast_in_dim(x, dims, &axes)
}

#[track_caller]
pub(crate) fn reshape(x: &AnyTensor, dims: &[usize]) -> AnyTensor {
    if x.dims() == dims { x.clone() } else { emit_one(Op::Reshape(lits(dims)), &[x]) }
}

#[track_caller]
pub(crate) fn transpose(x: &AnyTensor, permutation: &[usize]) -> AnyTensor {
    emit_one(Op::Transpose(permutation.into()), &[x])
}

#[track_caller]
pub(crate) fn iota(dtype: DType, dims: &[usize], axis: usize) -> AnyTensor {
    emit_one(Op::Iota { shape: gomlx_ir::Shape::new(dtype, dims), axis }, &[])
}

/// Reduces axes from the reducer's identity.
#[track_caller]
pub(crate) fn reduce(reducer: BinaryOp, x: &AnyTensor, axes: &[usize]) -> AnyTensor {
    if axes.is_empty() {
        return x.clone();
    }
    let initial = identity(reducer, x.dtype());
    let node = Node { op: Op::Reduce(axes.into()), bodies: smallvec![(Reducer::Binary(reducer), x.dtype())] };
    emit_one(node, &[x, &initial])
}

#[track_caller]
pub(crate) fn identity(reducer: BinaryOp, dtype: DType) -> AnyTensor {
    match reducer.identity(dtype) {
        Some(value) => trace::constant(value),
        None => trace::mistake(
            &[],
            Diagnostic::new(Code::DType, format!("{} of {dtype} has no identity to reduce from", Op::Binary(reducer).short_name())),
        ),
    }
}

pub(crate) fn lits(dims: &[usize]) -> SmallVec<[Dim; 4]> {
    dims.iter().map(|&n| Dim::Lit(n)).collect()
}

#[track_caller]
fn broadcast_pair(op: &str, x: &AnyTensor, y: &AnyTensor) -> (AnyTensor, AnyTensor) {
    if x.dims() == y.dims() || x.is_poisoned() || y.is_poisoned() {
        return (x.clone(), y.clone());
    }
    let rank = x.rank().max(y.rank());
    let size = |t: &AnyTensor, axis: usize| (axis + t.rank()).checked_sub(rank).map_or(1, |a| t.dims()[a]);
    let mut dims: SmallVec<[usize; 6]> = SmallVec::new();
    for axis in 0..rank {
        let (a, b) = (size(x, axis), size(y, axis));
        if a != b && a != 1 && b != 1 {
            let error = Diagnostic::new(Code::Shape, format!("{op}: shapes {x} and {y} do not broadcast: {a} and {b} differ"))
                .note("axes align at the end; sizes must be equal, or one of them 1");
            let wrong = trace::mistake(&[x, y], error);
            return (wrong.clone(), wrong);
        }
        dims.push(if a == 1 { b } else { a });
    }
    (broadcast_to(x, &dims), broadcast_to(y, &dims))
}
