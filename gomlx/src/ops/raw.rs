// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Composed functions on tensors whose element type is known at run time, for optimizers, indices and loops.

use gomlx_ir::compose::{Arg, Methods};
use gomlx_ir::{BinaryOp, DType, Direction, HostTensor, Op, UnaryOp};

use crate::AnyTensor;
use crate::emit::{call, compose};
use crate::trace;

#[track_caller]
pub(crate) fn unary(op: UnaryOp, x: &AnyTensor) -> AnyTensor {
    compose(Op::Unary(op).short_name(), (), &[x], |_, v| Ok(v[0].unary(op)))
}

/// An elementwise op of two operands, which broadcast by NumPy's rules.
#[track_caller]
pub(crate) fn binary(op: BinaryOp, x: &AnyTensor, y: &AnyTensor) -> AnyTensor {
    compose(Op::Binary(op).short_name(), (), &[x, y], |_, v| Ok(v[0].binary(op, v[1])))
}

#[track_caller]
pub(crate) fn compare(direction: Direction, x: &AnyTensor, y: &AnyTensor) -> AnyTensor {
    compose("compare", direction, &[x, y], |_, v| Ok(v[0].compare(direction, v[1])))
}

#[track_caller]
pub(crate) fn select(mask: &AnyTensor, on_true: &AnyTensor, on_false: &AnyTensor) -> AnyTensor {
    compose("select", (), &[mask, on_true, on_false], |_, v| Ok(v[1].select(v[0], v[2])))
}

#[track_caller]
pub(crate) fn convert(x: &AnyTensor, dtype: DType) -> AnyTensor {
    if x.dtype() == dtype {
        return x.clone();
    }
    compose("convert", dtype, &[x], |_, v| Ok(v[0].convert(dtype)))
}

/// A scalar of an element type: the nearest to a number.
pub(crate) fn scalar(dtype: DType, value: f64) -> AnyTensor {
    trace::constant(HostTensor::full(dtype, &[], value).expect("a scalar has one element"))
}

/// A tensor repeated to larger dims by NumPy's rules.
#[track_caller]
pub(crate) fn broadcast_to(x: &AnyTensor, dims: &[usize]) -> AnyTensor {
    if x.dims() == dims {
        return x.clone();
    }
    call(Methods::broadcast_to, &[Arg::Tensor(x), Arg::wholes(dims)])
}

#[track_caller]
pub(crate) fn reshape(x: &AnyTensor, dims: &[usize]) -> AnyTensor {
    if x.dims() == dims {
        return x.clone();
    }
    call(Methods::reshape, &[Arg::Tensor(x), Arg::wholes(dims)])
}
