// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tangents of the functions of complex numbers that are not holomorphic. They are linear in the real and imaginary
//! parts of the tangent.

use crate::{BinaryOp, Builder, Direction, UnaryOp, ValueId};

/// The tangent of |x|: Re(t conj(x)) / |x|. The tangent of the sign x / |x|: the part of t perpendicular to x, over
/// |x|. Both are zero at zero.
pub(super) fn magnitude_or_sign(b: &mut Builder<'_>, op: UnaryOp, [x, y, t]: [ValueId; 3]) -> ValueId {
    let magnitude = if op == UnaryOp::Abs { y } else { b.unary(UnaryOp::Abs, x) };
    let (zero, one) = (b.full_like(magnitude, 0.0), b.full_like(magnitude, 1.0));
    let is_zero = b.compare(Direction::Eq, magnitude, zero);
    let safe = b.select(is_zero, one, magnitude);
    if op == UnaryOp::Abs {
        let conjugate = conjugate(b, x);
        let product = b.mul(t, conjugate);
        let along = b.unary(UnaryOp::Real, product);
        return b.div(along, safe);
    }
    // t / |x| where x is not zero.
    let none = b.full_like(t, 0.0);
    let t = b.select(is_zero, none, t);
    let conjugate = conjugate(b, y);
    let product = b.mul(t, conjugate);
    let along = b.unary(UnaryOp::Real, product);
    let none = b.full_like(along, 0.0);
    let along = b.binary(BinaryOp::Complex, along, none);
    let along = b.mul(along, y);
    let across = b.sub(t, along);
    let none = b.full_like(safe, 0.0);
    let safe = b.binary(BinaryOp::Complex, safe, none);
    b.div(across, safe)
}

/// The complex conjugate of a value; a real value itself.
pub(in crate::transform) fn conjugate(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    if !b.shape(x).dtype.is_complex() {
        return x;
    }
    let (re, im) = (b.unary(UnaryOp::Real, x), b.unary(UnaryOp::Imag, x));
    let im = b.neg(im);
    b.binary(BinaryOp::Complex, re, im)
}
