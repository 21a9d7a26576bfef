// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the elementwise ops.

use super::site::Site;
use crate::op::{Function1, Function2};
use crate::{BinaryOp, CompareKind, DType, Result, Shape, UnaryOp, bail};

pub(super) fn unary(site: &Site<'_>, op: UnaryOp) -> Result<Shape> {
    let x = site.shape(0);
    let Function1 { takes, gives, .. } = op.function();
    site.takes_dtype(takes, x)?;
    Ok(x.with_dtype(gives.of(x.dtype)))
}

pub(super) fn binary(site: &Site<'_>, op: BinaryOp) -> Result<Shape> {
    let (x, y) = (site.shape(0), site.shape(1));
    site.same_shape(x, y)?;
    let Function2 { takes, gives, .. } = op.function();
    site.takes_dtype(takes, x)?;
    Ok(x.with_dtype(gives.of(x.dtype)))
}

pub(super) fn reduce_precision(site: &Site<'_>, exponent: u32) -> Result<Shape> {
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
    let (x, y) = (site.shape(0), site.shape(1));
    site.same_shape(x, y)?;
    let fits = kind == CompareKind::of(x.dtype) || (kind == CompareKind::TotalOrder && x.dtype.is_float());
    if !fits {
        bail!(DType, "compare: {x} is not compared as {} (C3)", kind.name());
    }
    Ok(x.with_dtype(DType::Bool))
}

pub(super) fn select(site: &Site<'_>) -> Result<Shape> {
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
