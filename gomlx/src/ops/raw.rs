// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise functions of tensors whose element type is known at run time: of the operators, and of optimizers.

use gomlx_ir::compose::{Arg, Methods};
use gomlx_ir::{BinaryOp, DType, Direction, HostTensor, Op, UnaryOp};

use crate::AnyTensor;
use crate::emit::{call, compose_one};
use crate::trace;

#[track_caller]
pub(crate) fn unary(op: UnaryOp, x: &AnyTensor) -> AnyTensor {
    compose_one(Op::Unary(op).short_name(), (), &[x], |_, v| Ok(v[0].unary(op)))
}

/// An elementwise op of two operands, which broadcast by NumPy's rules.
#[track_caller]
pub(crate) fn binary(op: BinaryOp, x: &AnyTensor, y: &AnyTensor) -> AnyTensor {
    compose_one(Op::Binary(op).short_name(), (), &[x, y], |_, v| Ok(v[0].binary(op, v[1])))
}

#[track_caller]
pub(crate) fn compare(direction: Direction, x: &AnyTensor, y: &AnyTensor) -> AnyTensor {
    compose_one("compare", direction, &[x, y], |_, v| Ok(v[0].compare(direction, v[1])))
}

#[track_caller]
pub(crate) fn convert(x: &AnyTensor, dtype: DType) -> AnyTensor {
    if x.dtype() == dtype {
        return x.clone();
    }
    compose_one("convert", dtype, &[x], |_, v| Ok(v[0].convert(dtype)))
}

/// A scalar of an element type: the nearest to a number.
pub(crate) fn scalar(dtype: DType, value: f64) -> AnyTensor {
    trace::constant(HostTensor::full(dtype, &[], value).expect("a scalar has one element"))
}

/// Zeros of an element type: constants of the graph during a trace.
#[track_caller]
pub(crate) fn zeros(dtype: DType, dims: &[usize]) -> AnyTensor {
    if trace::active() {
        return call(Methods::zeros, &[Arg::Element(dtype), Arg::wholes(dims)]);
    }
    match HostTensor::zeros(dtype, dims) {
        Ok(zeros) => AnyTensor::from_host(zeros),
        Err(error) => trace::fail(error),
    }
}
