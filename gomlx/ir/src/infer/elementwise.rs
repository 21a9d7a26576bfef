// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the elementwise ops.

use super::site::Site;
use crate::{BinaryOp, CompareKind, DType, Result, Shape, UnaryOp, bail};

pub(super) fn unary(site: &Site<'_>, op: UnaryOp) -> Result<Shape> {
    site.takes(1, 0)?;
    let x = site.shape(0);
    let d = x.dtype;
    let (allowed, kinds) = match op {
        UnaryOp::Abs | UnaryOp::Sign => {
            (d.is_signed_int() || d.is_float() || d.is_complex(), "signed integers, floating point or complex numbers")
        }
        UnaryOp::Acos
        | UnaryOp::Acosh
        | UnaryOp::Asin
        | UnaryOp::Asinh
        | UnaryOp::Atan
        | UnaryOp::Atanh
        | UnaryOp::Cbrt
        | UnaryOp::Cosh
        | UnaryOp::Cosine
        | UnaryOp::Exponential
        | UnaryOp::ExponentialMinusOne
        | UnaryOp::Log
        | UnaryOp::LogPlusOne
        | UnaryOp::Logistic
        | UnaryOp::Rsqrt
        | UnaryOp::Sine
        | UnaryOp::Sinh
        | UnaryOp::Sqrt
        | UnaryOp::Tan
        | UnaryOp::Tanh => (d.is_differentiable(), "floating point or complex numbers"),
        UnaryOp::BesselI1e
        | UnaryOp::Ceil
        | UnaryOp::Digamma
        | UnaryOp::Erf
        | UnaryOp::ErfInv
        | UnaryOp::Erfc
        | UnaryOp::Floor
        | UnaryOp::IsFinite
        | UnaryOp::Lgamma
        | UnaryOp::RoundNearestAfz
        | UnaryOp::RoundNearestEven => (d.is_float(), "floating point"),
        UnaryOp::Imag | UnaryOp::Real => (d.is_differentiable(), "floating point or complex numbers"),
        UnaryOp::CountLeadingZeros | UnaryOp::Popcnt => (d.is_int(), "integers"),
        UnaryOp::Negate => (d != DType::Bool && !d.is_narrow(), "numbers"),
        UnaryOp::Not => (d == DType::Bool || d.is_int(), "booleans or integers"),
    };
    if !allowed {
        bail!(DType, "{}: takes {kinds}, not {x} (I1)", site.name);
    }
    Ok(match op {
        UnaryOp::Abs | UnaryOp::Imag | UnaryOp::Real => x.with_dtype(d.real()),
        UnaryOp::IsFinite => x.with_dtype(DType::Bool),
        _ => x.clone(),
    })
}

pub(super) fn binary(site: &Site<'_>, op: BinaryOp) -> Result<Shape> {
    site.takes(2, 0)?;
    let (x, y) = (site.shape(0), site.shape(1));
    site.same_shape(x, y)?;
    let d = x.dtype;
    let (allowed, kinds) = match op {
        BinaryOp::Add | BinaryOp::Maximum | BinaryOp::Minimum | BinaryOp::Multiply => {
            (!d.is_narrow(), "types that are computed with: convert first;")
        }
        BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => (d == DType::Bool || d.is_int(), "booleans or integers"),
        BinaryOp::Atan2 => (d.is_differentiable(), "floating point or complex numbers"),
        BinaryOp::Divide | BinaryOp::Power | BinaryOp::Subtract => (d != DType::Bool && !d.is_narrow(), "numbers"),
        // What a remainder of complex numbers is the spec leaves open.
        BinaryOp::Remainder => (d.is_int() || d.is_float(), "integers or floating point"),
        BinaryOp::Complex => (d == DType::F32 || d == DType::F64, "f32 or f64"),
        BinaryOp::NextAfter | BinaryOp::Polygamma | BinaryOp::Zeta => (d.is_float(), "floating point"),
        BinaryOp::ShiftLeft | BinaryOp::ShiftRightArithmetic | BinaryOp::ShiftRightLogical => (d.is_int(), "integers"),
    };
    if !allowed {
        bail!(DType, "{}: takes {kinds}, not {x} (I1)", site.name);
    }
    Ok(match op {
        BinaryOp::Complex => x.with_dtype(d.complex()),
        _ => x.clone(),
    })
}

pub(super) fn reduce_precision(site: &Site<'_>, exponent: u32) -> Result<Shape> {
    site.takes(1, 0)?;
    let x = site.shape(0);
    if !x.dtype.is_float() {
        bail!(DType, "reduce_precision: takes floating point, not {x} (I1)");
    }
    if exponent == 0 {
        bail!(Attribute, "reduce_precision: exponent_bits is 0, not at least 1 (C2)");
    }
    Ok(x.clone())
}

pub(super) fn compare(site: &Site<'_>, kind: CompareKind) -> Result<Shape> {
    site.takes(2, 0)?;
    let (x, y) = (site.shape(0), site.shape(1));
    site.same_shape(x, y)?;
    let fits = kind == CompareKind::of(x.dtype) || (kind == CompareKind::TotalOrder && x.dtype.is_float());
    if !fits {
        bail!(DType, "compare: {x} is not compared as {} (C3)", kind.name());
    }
    Ok(x.with_dtype(DType::Bool))
}

pub(super) fn select(site: &Site<'_>) -> Result<Shape> {
    site.takes(3, 0)?;
    let (predicate, on_true, on_false) = (site.shape(0), site.shape(1), site.shape(2));
    if predicate.dtype != DType::Bool {
        bail!(DType, "select: predicate {predicate} is not boolean (I1)");
    }
    site.same_shape(on_true, on_false)?;
    if predicate.rank() != 0 && predicate.dims != on_true.dims {
        bail!(Shape, "select: predicate {predicate} is neither a scalar nor of the shape of {on_true} (C1)");
    }
    Ok(on_true.clone())
}

pub(super) fn clamp(site: &Site<'_>) -> Result<Shape> {
    site.takes(3, 0)?;
    let x = site.shape(1);
    for (position, what, constraint) in [(0, "min", "(C1)"), (2, "max", "(C2)")] {
        let bound = site.shape(position);
        site.same_dtype_by(bound, x, "(C3)")?;
        if bound.rank() != 0 && bound.dims != x.dims {
            bail!(Shape, "clamp: {what} {bound} is neither a scalar nor of the shape of {x} {constraint}");
        }
    }
    Ok(x.clone())
}
