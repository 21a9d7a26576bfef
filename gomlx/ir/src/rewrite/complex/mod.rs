// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Splits complex values into pairs of real values, for backends without complex arithmetic.
//!
//! Invariants of the result:
//! - Parameters, results and donations do not change. Their complex values are interleaved in storage.
//! - Inside the function, a complex value occurs only as an operand or result of an op that keeps its own kernel
//!   (`fft`, `cholesky`, `triangular_solve`, `select_and_scatter`, `bitcast_convert`).
//! - A `bitcast_convert` to the dtype of the parts, which adds an axis of two, and slices of this axis unpack storage
//!   into parts. The inverse packs it.

mod arithmetic;
mod functions;
mod inverse;
mod split;

use smallvec::SmallVec;

pub(super) use functions::{Parts, unary};
use split::{Part, Split};

use super::decompose::decompose_maps;
use crate::{BinaryOp, Builder, DType, Dim, Function, HostTensor, Op, Shape, UnaryOp, ValueId};

/// Returns the function with real arithmetic in place of complex arithmetic. A function without complex values is
/// returned unchanged.
pub fn split_complex(function: &Function) -> Function {
    let values = (0..function.num_values()).map(|i| function.shape(crate::Entity::new(i)).dtype);
    let parts_of_real = |i: usize| matches!(function.inst(crate::Entity::new(i)).op, Op::Unary(UnaryOp::Real | UnaryOp::Imag));
    if !values.into_iter().any(DType::is_complex) && !(0..function.num_insts()).any(parts_of_real) {
        return function.clone();
    }
    Split::run(&decompose_maps(function))
}

/// The real and the imaginary part of a complex value.
pub(super) fn unpack(b: &mut Builder<'_>, x: ValueId) -> Parts {
    let shape = b.shape(x).clone();
    let parts = b.emit(Op::BitcastConvert(shape.dtype.real()), &[x]).expect("a complex number is two of its parts");
    let rank = shape.rank();
    let mut part = |i: usize| {
        let mut starts: SmallVec<[usize; 4]> = SmallVec::from_elem(0, rank + 1);
        starts[rank] = i;
        let limits = shape.dims.iter().cloned().chain([Dim::Lit(i + 1)]).collect();
        let slice = Op::Slice { starts, limits, strides: SmallVec::from_elem(1, rank + 1) };
        let slice = b.emit(slice, &[parts]).expect("the last axis has two elements");
        b.reshape(slice, &shape.dims)
    };
    (part(0), part(1))
}

/// The complex value with the given real and imaginary part.
pub(super) fn pack(b: &mut Builder<'_>, (re, im): Parts) -> ValueId {
    let shape = b.shape(re).clone();
    let dims: Vec<Dim> = shape.dims.iter().cloned().chain([Dim::Lit(1)]).collect();
    let parts = [re, im].map(|part| b.emit(Op::Reshape(dims.as_slice().into()), &[part]).expect("an axis of one adds no elements"));
    let both = b.emit(Op::Concatenate(shape.rank()), &parts).expect("parts have one shape");
    b.emit(Op::BitcastConvert(shape.dtype.complex()), &[both]).expect("two parts are a complex number")
}

/// The parts of a complex constant.
fn constant(b: &mut Builder<'_>, tensor: &HostTensor) -> Parts {
    let real = tensor.dtype().real();
    let mut part = |which: usize| {
        let size = real.size();
        let bytes: Vec<u8> = tensor.bytes().chunks_exact(size).skip(which).step_by(2).flatten().copied().collect();
        b.constant(HostTensor::from_bytes(real, tensor.dims(), &bytes).expect("half of the bytes are one part's"))
    };
    (part(0), part(1))
}

/// Converts from or to complex numbers.
fn convert(b: &mut Builder<'_>, x: Part, to: DType) -> Part {
    match (x, to.is_complex()) {
        (Part::Complex(re, im), true) => Part::Complex(b.convert(re, to.real()), b.convert(im, to.real())),
        (Part::Complex(re, _), false) => Part::Real(b.convert(re, to)),
        (Part::Real(re), true) => {
            let re = b.convert(re, to.real());
            let im = b.full_like(re, 0.0);
            Part::Complex(re, im)
        }
        (Part::Real(x), false) => Part::Real(b.convert(x, to)),
    }
}

/// `minimum(maximum(x, low), high)`. The bounds may be scalars.
fn clamp(b: &mut Builder<'_>, [low, x, high]: [Parts; 3]) -> Option<Parts> {
    let shape: Shape = b.shape(x.0).clone();
    let [low, high] = [low, high].map(|(re, im)| (b.broadcast(re, &shape.dims, &[]), b.broadcast(im, &shape.dims, &[])));
    let above = functions::binary(b, BinaryOp::Maximum, x, low)?;
    functions::binary(b, BinaryOp::Minimum, above, high)
}
