// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the ops that place elements without computing with them.

use smallvec::SmallVec;

use super::site::Site;
use crate::bitcast::is_packed;
use crate::{DType, Dim, Result, Shape, bail};

pub(super) fn iota(site: &Site<'_>, shape: &Shape, axis: usize) -> Result<Shape> {
    if shape.dtype == DType::Bool {
        bail!(DType, "iota: {shape} is not of numbers");
    }
    site.axes("iota_dimension", &[axis], shape.rank(), "(C1)")?;
    Ok(shape.clone())
}

/// Whether one type is narrow, and the other the integer type of its bytes.
pub(crate) fn is_storage(from: DType, to: DType) -> bool {
    let stores = |narrow: DType, byte: DType| matches!(narrow, DType::Narrow(narrow) if narrow.byte() == byte);
    stores(from, to) || stores(to, from)
}

pub(super) fn bitcast_convert(site: &Site<'_>, dtype: DType) -> Result<Shape> {
    let x = site.shape(0);
    // Beyond the spec, complex numbers may be read as pairs of parts, and back: `rewrite::split_complex` does so for
    // backends without complex arithmetic.
    let parts = x.dtype.real() == dtype || dtype.real() == x.dtype;
    if x.dtype.is_complex() != dtype.is_complex() && !parts {
        bail!(DType, "bitcast_convert: {x} to {dtype}: both or none must be complex (C2)");
    }
    // Beyond the spec, the bytes of narrow types may be read as integers of the same dims: `rewrite::decompose_chlo`
    // does. What the spec has for types of fewer than eight bits is made of shifts (`crate::bitcast`).
    if is_packed(x.dtype, dtype) && !is_storage(x.dtype, dtype) {
        bail!(Unsupported, "bitcast_convert: {x} to {dtype}: elements of fewer than eight bits are kept a byte each; use convert");
    }
    let (from, to) = (x.dtype.size(), dtype.size());
    if to < from {
        let dims = x.dims.iter().cloned().chain([Dim::Lit(from / to)]);
        return Ok(Shape::symbolic(dtype, dims));
    }
    if to > from {
        let Some((last, rest)) = x.dims.split_last().filter(|(last, _)| last.is(to / from)) else {
            bail!(Shape, "bitcast_convert: {x} to {dtype}: the last dim must be {} (C1)", to / from);
        };
        debug_assert!(last.is(to / from));
        return Ok(Shape::symbolic(dtype, rest.iter().cloned()));
    }
    Ok(x.with_dtype(dtype))
}

pub(super) fn broadcast_in_dim(site: &Site<'_>, dims: &[Dim], axes: &[usize]) -> Result<Shape> {
    let x = site.shape(0);
    let result = x.with_dims(dims.iter().cloned());
    site.length("broadcast_dimensions", axes.len(), x.rank(), "(C2)")?;
    site.axes("broadcast_dimensions", axes, dims.len(), "(C3, C4)")?;
    for (axis, (dim, &to)) in x.dims.iter().zip(axes).enumerate() {
        if !dim.is(1) && *dim != dims[to] {
            bail!(Shape, "broadcast_in_dim: {x} to {result}: axis {axis} is {dim}, but axis {to} of the result is {} (C5)", dims[to]);
        }
    }
    Ok(result)
}

pub(super) fn reshape(site: &Site<'_>, dims: &[Dim]) -> Result<Shape> {
    let x = site.shape(0);
    let result = x.with_dims(dims.iter().cloned());
    let (from, to) = (product(&x.dims), product(dims));
    if from != to {
        bail!(Shape, "reshape: {x} has {from} elements, {result} has {to} (C2)");
    }
    Ok(result)
}

fn product(dims: &[Dim]) -> Dim {
    dims.iter().fold(Dim::Lit(1), |n, d| &n * d)
}

pub(super) fn transpose(site: &Site<'_>, permutation: &[usize]) -> Result<Shape> {
    let x = site.shape(0);
    site.length("permutation", permutation.len(), x.rank(), "(C2)")?;
    site.axes("permutation", permutation, x.rank(), "(C2)")?;
    Ok(x.with_dims(permutation.iter().map(|&a| x.dims[a].clone())))
}

pub(super) fn slice(site: &Site<'_>, starts: &[usize], limits: &[Dim], strides: &[usize]) -> Result<Shape> {
    let x = site.shape(0);
    for (what, len) in [("start_indices", starts.len()), ("limit_indices", limits.len()), ("strides", strides.len())] {
        site.length(what, len, x.rank(), "(C2)")?;
    }
    site.positive("strides", strides, "(C4)")?;
    let mut dims = SmallVec::<[Dim; 4]>::new();
    for (axis, dim) in x.dims.iter().enumerate() {
        let (start, limit, stride) = (starts[axis], &limits[axis], strides[axis]);
        site.at_most("start", &Dim::Lit(start), limit, &format!("on axis {axis} of {x} (C3)"))?;
        site.at_most("limit", limit, dim, &format!("on axis {axis} of {x} (C3)"))?;
        let length = signed(start).and_then(|s| limit.checked_add_signed(-s));
        let rounded = length.and_then(|n| n.checked_add_signed(signed(stride)? - 1));
        let Some(size) = rounded.and_then(|n| floor_div(&n, stride)) else {
            bail!(Attribute, "slice: the number of elements from {start} to {limit} by {stride} on axis {axis} of {x} is no polynomial");
        };
        dims.push(size);
    }
    Ok(x.with_dims(dims))
}

/// A known size as a signed number.
pub(super) fn signed(n: usize) -> Option<i64> {
    i64::try_from(n).ok()
}

/// The quotient rounded down, if both are known or it is a polynomial.
pub(super) fn floor_div(n: &Dim, by: usize) -> Option<Dim> {
    match n {
        Dim::Lit(n) => Some(Dim::Lit(n / by)),
        Dim::Sym(_) => (0..signed(by)?).find_map(|rest| n.checked_add_signed(-rest)?.div_exact(&Dim::Lit(by))),
    }
}

pub(super) fn pad(site: &Site<'_>, low: &[i64], high: &[i64], interior: &[i64]) -> Result<Shape> {
    let (x, value) = (site.shape(0), site.shape(1));
    site.scalar("padding value", value, x.dtype, "(C1)")?;
    for (what, len) in [("edge_padding_low", low.len()), ("edge_padding_high", high.len()), ("interior_padding", interior.len())] {
        site.length(what, len, x.rank(), "(C2)")?;
    }
    for (what, list) in [("edge_padding_low", low), ("edge_padding_high", high), ("interior_padding", interior)] {
        site.padding(what, list)?;
    }
    if interior.iter().any(|&n| n < 0) {
        bail!(Attribute, "pad: interior_padding {interior:?} is negative (C3)");
    }
    let mut dims = SmallVec::<[Dim; 4]>::new();
    for (axis, dim) in x.dims.iter().enumerate() {
        let padded = dilated(dim, interior[axis].checked_add(1).and_then(|n| usize::try_from(n).ok()))
            .and_then(|n| n.checked_add_signed(low[axis].checked_add(high[axis])?));
        let Some(padded) = padded else {
            bail!(Shape, "pad: axis {axis} of {x} padded by {} and {} is negative (C4)", low[axis], high[axis]);
        };
        dims.push(padded);
    }
    Ok(x.with_dims(dims))
}

/// Size of an axis whose elements are `dilation` apart; a symbolic size is taken as at least one.
pub(super) fn dilated(dim: &Dim, dilation: Option<usize>) -> Option<Dim> {
    let dilation = dilation?;
    match dim {
        Dim::Lit(0) => Some(Dim::Lit(0)),
        Dim::Lit(n) => (n - 1).checked_mul(dilation)?.checked_add(1).map(Dim::Lit),
        Dim::Sym(_) => (dim * &Dim::Lit(dilation)).checked_add_signed(1 - signed(dilation)?),
    }
}

pub(super) fn concatenate(site: &Site<'_>, axis: usize) -> Result<Shape> {
    if site.operands.is_empty() {
        bail!(Graph, "concatenate: takes at least one operand (C3)");
    }
    let first = site.shape(0);
    site.axes("dimension", &[axis], first.rank(), "(C4)")?;
    let mut result = first.clone();
    for i in 1..site.operands.len() {
        let next = site.shape(i);
        site.same_dtype_by(first, next, "(C1)")?;
        let fits = first.rank() == next.rank() && (0..first.rank()).all(|a| a == axis || first.dims[a] == next.dims[a]);
        if !fits {
            bail!(Shape, "concatenate: shapes {first} and {next} differ outside axis {axis} (C2)");
        }
        result.dims[axis] = &result.dims[axis] + &next.dims[axis];
    }
    Ok(result)
}

pub(super) fn reverse(site: &Site<'_>, axes: &[usize]) -> Result<Shape> {
    let x = site.shape(0);
    site.axes("dimensions", axes, x.rank(), "(C2, C3)")?;
    Ok(x.clone())
}

pub(super) fn dynamic_slice(site: &Site<'_>, sizes: &[usize]) -> Result<Shape> {
    if site.operands.is_empty() {
        bail!(Graph, "dynamic_slice: takes an operand");
    }
    let x = site.shape(0);
    site.takes(1 + x.rank())?;
    site.length("slice_sizes", sizes.len(), x.rank(), "(C2)")?;
    starts(site, 1)?;
    for (axis, (&size, dim)) in sizes.iter().zip(&x.dims).enumerate() {
        site.at_most("slice size", &Dim::Lit(size), dim, &format!("on axis {axis} of {x} (C4)"))?;
    }
    Ok(x.with_dims(sizes.iter().map(|&n| Dim::Lit(n))))
}

pub(super) fn dynamic_update_slice(site: &Site<'_>) -> Result<Shape> {
    if site.operands.len() < 2 {
        bail!(Graph, "dynamic_update_slice: takes an operand and an update");
    }
    let (x, update) = (site.shape(0), site.shape(1));
    if site.operands.len() != 2 + x.rank() {
        bail!(Graph, "dynamic_update_slice: takes a start index for each axis of {x}, not {} (C4)", site.operands.len() - 2);
    }
    site.same_dtype_by(x, update, "(C2)")?;
    if x.rank() != update.rank() {
        bail!(Shape, "dynamic_update_slice: ranks of {x} and update {update} differ (C3)");
    }
    starts(site, 2)?;
    for (axis, (size, dim)) in update.dims.iter().zip(&x.dims).enumerate() {
        site.at_most("update size", size, dim, &format!("on axis {axis} of {x} (C6)"))?;
    }
    Ok(x.clone())
}

/// Checks that the operands from `first` on are scalars of one integer type.
fn starts(site: &Site<'_>, first: usize) -> Result<()> {
    for i in first..site.operands.len() {
        let start = site.shape(i);
        if start.rank() != 0 || !start.dtype.is_int() || start.dtype != site.shape(first).dtype {
            bail!(Shape, "{}: start indices must be integer scalars of one type, one is {start}", site.name);
        }
    }
    Ok(())
}
