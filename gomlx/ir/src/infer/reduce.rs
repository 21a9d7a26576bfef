// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the reductions, over axes and over windows.
//!
//! The spec lets a body compute in a wider type than the operands (`is_promotable`). Here the types must be equal, so
//! that no consumer needs to convert. To use the wider type, convert the operands first.

use smallvec::SmallVec;

use super::Shapes;
use super::movement::{dilated, floor_div, signed};
use super::site::Site;
use crate::{DType, Dim, Result, Shape, Window, bail, shape};

pub(super) fn reduce(site: &Site<'_>, axes: &[usize]) -> Result<Shapes> {
    let inputs = inputs_and_initials(site, "(C1)", "(C2)")?;
    let x = &inputs[0];
    site.axes("dimensions", axes, x.rank(), "(C4, C5)")?;
    body(site, &inputs, "(C6)")?;
    let kept = || x.dims.iter().enumerate().filter(|(a, _)| !axes.contains(a)).map(|(_, d)| d.clone());
    Ok(inputs.iter().map(|input| Shape::symbolic(input.dtype, kept())).collect())
}

pub(super) fn reduce_window(site: &Site<'_>, window: &Window) -> Result<Shapes> {
    let inputs = inputs_and_initials(site, "(C2)", "(C3)")?;
    let dims = windows(site, &inputs[0], window, "(C12)")?;
    body(site, &inputs, "(C13)")?;
    Ok(inputs.iter().map(|input| input.with_dims(dims.iter().cloned())).collect())
}

pub(super) fn select_and_scatter(site: &Site<'_>, window: &Window) -> Result<Shape> {
    let (x, source, initial) = (site.shape(0), site.shape(1), site.shape(2));
    site.same_dtype_by(x, source, "(C1)")?;
    site.scalar("init_value", initial, x.dtype, "(C3)")?;
    if window.base_dilations.iter().chain(&window.window_dilations).any(|&n| n != 1) {
        bail!(Attribute, "select_and_scatter: its windows are not dilated");
    }
    let expected = x.with_dims(windows(site, x, window, "(C8)")?);
    if *source != expected {
        bail!(Shape, "select_and_scatter: source is {source}, but {x} has windows {expected} (C2)");
    }
    let element = Shape::scalar(x.dtype);
    let two = [element.clone(), element.clone()];
    site.region(0, &two, &[Shape::scalar(DType::Bool)], "(C9)")?;
    site.region(1, &two, &[element], "(C10)")?;
    Ok(x.clone())
}

/// The shapes of the N inputs of a reduction, after checking its 2N operands.
fn inputs_and_initials(site: &Site<'_>, same: &str, dtype: &str) -> Result<Shapes> {
    let n = site.operands.len() / 2;
    if n == 0 || !site.operands.len().is_multiple_of(2) {
        bail!(Graph, "{}: takes as many initial values as operands, {} were given in all", site.name, site.operands.len());
    }
    let inputs: Shapes = (0..n).map(|i| site.shape(i).clone()).collect();
    for (i, input) in inputs.iter().enumerate() {
        if input.dims != inputs[0].dims {
            bail!(Shape, "{}: shapes {} and {input} differ {same}", site.name, inputs[0]);
        }
        site.scalar("initial value", site.shape(n + i), input.dtype, dtype)?;
    }
    Ok(inputs)
}

/// Checks that the region takes two scalars of each input's type and gives one.
pub(super) fn body(site: &Site<'_>, inputs: &[Shape], constraint: &str) -> Result<()> {
    let one: Vec<Shape> = inputs.iter().map(|s| Shape::scalar(s.dtype)).collect();
    let two = [one.as_slice(), one.as_slice()].concat();
    site.region(0, &two, &one, constraint)
}

/// Checks a window's attributes and counts the windows along each axis.
fn windows(site: &Site<'_>, x: &Shape, window: &Window, padding_constraint: &str) -> Result<SmallVec<[Dim; 4]>> {
    for (what, list, constraints) in [
        ("window_dimensions", &window.dims, "(C4, C5)"),
        ("window_strides", &window.strides, "(C6, C7)"),
        ("base_dilations", &window.base_dilations, "(C8, C9)"),
        ("window_dilations", &window.window_dilations, "(C10, C11)"),
    ] {
        site.length(what, list.len(), x.rank(), constraints)?;
        site.positive(what, list, constraints)?;
    }
    if !shape::fits(window.dims.iter().copied()) {
        bail!(Attribute, "{}: a window of {:?} is larger than memory can be", site.name, window.dims);
    }
    site.length("padding", window.padding.len(), x.rank(), padding_constraint)?;
    site.padding("padding", &window.padding.iter().flat_map(|&(low, high)| [low, high]).collect::<Vec<_>>())?;
    (0..x.rank())
        .map(|a| {
            let (size, stride, padding) = (Dim::Lit(window.dims[a]), window.strides[a], window.padding[a]);
            let (base, dilation) = (window.base_dilations[a], window.window_dilations[a]);
            window_count(&x.dims[a], &size, stride, padding, base, dilation).ok_or_else(|| {
                crate::Diagnostic::new(crate::Code::Shape, format!("{}: windows on axis {a} of {x} cannot be counted", site.name))
            })
        })
        .collect()
}

/// The number of windows along one axis ((C15) of `reduce_window`, (C25) of
/// `convolution`); `None` where it is no polynomial or overflows. A window over a symbolic size is taken to fit.
pub(super) fn window_count(
    dim: &Dim,
    window: &Dim,
    stride: usize,
    (low, high): (i64, i64),
    base_dilation: usize,
    window_dilation: usize,
) -> Option<Dim> {
    let padding = low.checked_add(high)?;
    if let (Dim::Lit(dim), Dim::Lit(window)) = (dim, window) {
        return window_size(*dim, *window, stride, padding, base_dilation, window_dilation).map(Dim::Lit);
    }
    let padded = dilated(dim, Some(base_dilation))?.checked_add_signed(padding)?;
    let covered = dilated(window, Some(window_dilation))?;
    let moves = match covered {
        Dim::Lit(n) => padded.checked_add_signed(-signed(n)?)?,
        Dim::Sym(_) => Dim::Lit(usize::try_from(padded.difference(&covered)?).ok()?),
    };
    floor_div(&moves, stride)?.checked_add_signed(1)
}

/// [`window_count`] of known sizes.
fn window_size(dim: usize, window: usize, stride: usize, padding: i64, base_dilation: usize, window_dilation: usize) -> Option<usize> {
    let spread = |n: usize, dilation: usize| if n == 0 { Some(0) } else { signed((n - 1).checked_mul(dilation)?.checked_add(1)?) };
    let padded = spread(dim, base_dilation)?.checked_add(padding)?;
    let covered = spread(window, window_dilation)?;
    if padded <= 0 || covered > padded {
        return Some(0);
    }
    Some(usize::try_from(padded - covered).ok()? / stride + 1)
}
