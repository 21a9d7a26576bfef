// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the ops that put elements in order: `sort`, `top_k`.

use super::Shapes;
use super::site::Site;
use crate::{DType, Dim, Result, Shape, bail};

pub(super) fn sort(site: &Site<'_>, axis: usize) -> Result<Shapes> {
    let inputs = site.same_dims("(C1, C3)")?;
    if axis >= inputs[0].rank() {
        bail!(Attribute, "sort: {} has no axis {axis} (C4)", inputs[0]);
    }
    let pairs: Vec<Shape> = inputs.iter().flat_map(|s| [Shape::scalar(s.dtype), Shape::scalar(s.dtype)]).collect();
    site.region(0, &pairs, &[Shape::scalar(DType::Bool)], "(C5)")?;
    Ok(inputs)
}

pub(super) fn top_k(site: &Site<'_>, k: usize) -> Result<Shapes> {
    let x = site.shape(0);
    if x.dtype.is_complex() {
        bail!(DType, "top_k: {x} has no order");
    }
    let Some(last) = x.dims.last() else { bail!(Shape, "top_k: {x} has no axis") };
    site.at_most("k", &Dim::Lit(k), last, "")?;
    let mut dims = x.dims.clone();
    dims[x.rank() - 1] = Dim::Lit(k);
    Ok([x.with_dims(dims.iter().cloned()), Shape::symbolic(DType::I32, dims)].into_iter().collect())
}
