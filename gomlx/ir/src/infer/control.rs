// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the ops that run regions: branches, loops, `map`, composites.

use super::Shapes;
use super::site::Site;
use crate::{Composite, DType, Region, Result, Shape, bail};

pub(super) fn r#if(site: &Site<'_>) -> Result<Shapes> {
    site.scalar("pred", site.shape(0), DType::Bool, "(I1)")?;
    branches(site, "(C1)", "(C2)")
}

pub(super) fn case(site: &Site<'_>) -> Result<Shapes> {
    if site.operands.len() != 1 {
        bail!(Graph, "case: takes 1 operand, not {}", site.operands.len());
    }
    if site.regions.is_empty() {
        bail!(Graph, "case: has no branch (C1)");
    }
    site.scalar("index", site.shape(0), DType::I32, "(I1)")?;
    branches(site, "(C2)", "(C3)")
}

/// The shapes of the results of branches. Each branch must have no parameters and the same result shapes.
fn branches(site: &Site<'_>, no_params: &str, same: &str) -> Result<Shapes> {
    let results = site.shapes(&region(site, 0).results);
    for position in 0..site.regions.len() {
        let branch = region(site, position);
        if !branch.params.is_empty() {
            bail!(Graph, "{}: branch {position} has {} parameters, not none {no_params}", site.name, branch.params.len());
        }
        let given = site.shapes(&branch.results);
        if given != results {
            bail!(Shape, "{}: branch 0 gives {results:?}, but branch {position} gives {given:?} {same}", site.name);
        }
    }
    Ok(results)
}

pub(super) fn r#while(site: &Site<'_>) -> Result<Shapes> {
    let state = site.shapes(site.operands);
    site.region(0, &state, &[Shape::scalar(DType::Bool)], "(C1)")?;
    site.region(1, &state, &state, "(C2)")?;
    Ok(state)
}

pub(super) fn map(site: &Site<'_>) -> Result<Shape> {
    let inputs = site.same_dims("(C1, C2)")?;
    let elements: Vec<Shape> = inputs.iter().map(|s| Shape::scalar(s.dtype)).collect();
    let &[result] = region(site, 0).results.as_slice() else {
        bail!(Graph, "map: the body gives {} results, not 1 (C4)", region(site, 0).results.len());
    };
    let result = site.function.shape(result);
    site.region(0, &elements, &[Shape::scalar(result.dtype)], "(C4)")?;
    Ok(inputs[0].with_dtype(result.dtype))
}

pub(super) fn composite(site: &Site<'_>, composite: &Composite) -> Result<Shapes> {
    if composite.name.is_empty() {
        bail!(Attribute, "composite: has no name (C1)");
    }
    let operands = site.shapes(site.operands);
    let results = site.shapes(&region(site, 0).results);
    site.region(0, &operands, &results, "(C3, C4)")?;
    Ok(results)
}

fn region<'a>(site: &Site<'a>, position: usize) -> &'a Region {
    site.function.region(site.regions[position])
}
