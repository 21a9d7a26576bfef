// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the ops that run regions: branches, loops, `map`, `sort`, composites.

use super::Shapes;
use super::site::Site;
use crate::{Composite, DType, Region, Result, Shape, bail};

pub(super) fn r#if(site: &Site<'_>) -> Result<Shapes> {
    site.takes(1, 2)?;
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

/// What branches without parameters give, which must be the same of each.
fn branches(site: &Site<'_>, no_params: &str, same: &str) -> Result<Shapes> {
    let results = shapes(site, &region(site, 0).results);
    for position in 0..site.regions.len() {
        let branch = region(site, position);
        if !branch.params.is_empty() {
            bail!(Graph, "{}: branch {position} has {} parameters, not none {no_params}", site.name, branch.params.len());
        }
        let given = shapes(site, &branch.results);
        if given != results {
            bail!(Shape, "{}: branch 0 gives {results:?}, but branch {position} gives {given:?} {same}", site.name);
        }
    }
    Ok(results)
}

pub(super) fn r#while(site: &Site<'_>) -> Result<Shapes> {
    site.takes_regions(2)?;
    let state = shapes(site, site.operands);
    site.region(0, &state, &[Shape::scalar(DType::Bool)], "(C1)")?;
    site.region(1, &state, &state, "(C2)")?;
    Ok(state)
}

pub(super) fn map(site: &Site<'_>) -> Result<Shape> {
    site.takes_regions(1)?;
    let inputs = same_dims(site, "(C1, C2)")?;
    let elements: Vec<Shape> = inputs.iter().map(|s| Shape::scalar(s.dtype)).collect();
    let &[result] = region(site, 0).results.as_slice() else {
        bail!(Graph, "map: the body gives {} results, not 1 (C4)", region(site, 0).results.len());
    };
    let result = site.function.shape(result);
    site.region(0, &elements, &[Shape::scalar(result.dtype)], "(C4)")?;
    Ok(inputs[0].with_dtype(result.dtype))
}

pub(super) fn sort(site: &Site<'_>, axis: usize) -> Result<Shapes> {
    site.takes_regions(1)?;
    let inputs = same_dims(site, "(C1, C3)")?;
    if axis >= inputs[0].rank() {
        bail!(Attribute, "sort: {} has no axis {axis} (C4)", inputs[0]);
    }
    let pairs: Vec<Shape> = inputs.iter().flat_map(|s| [Shape::scalar(s.dtype), Shape::scalar(s.dtype)]).collect();
    site.region(0, &pairs, &[Shape::scalar(DType::Bool)], "(C5)")?;
    Ok(inputs)
}

pub(super) fn composite(site: &Site<'_>, composite: &Composite) -> Result<Shapes> {
    site.takes_regions(1)?;
    if composite.name.is_empty() {
        bail!(Attribute, "composite: has no name (C1)");
    }
    let operands = shapes(site, site.operands);
    let results = shapes(site, &region(site, 0).results);
    site.region(0, &operands, &results, "(C3, C4)")?;
    Ok(results)
}

/// One operand or more, all of the same dims.
fn same_dims(site: &Site<'_>, constraint: &str) -> Result<Shapes> {
    let inputs = shapes(site, site.operands);
    let Some(first) = inputs.first() else { bail!(Graph, "{}: takes at least 1 operand, not 0 {constraint}", site.name) };
    for input in &inputs {
        if input.dims != first.dims {
            bail!(Shape, "{}: shapes {first} and {input} differ {constraint}", site.name);
        }
    }
    Ok(inputs)
}

fn region<'a>(site: &Site<'a>, position: usize) -> &'a Region {
    site.function.region(site.regions[position])
}

fn shapes(site: &Site<'_>, values: &[crate::ValueId]) -> Shapes {
    values.iter().map(|&v| site.function.shape(v).clone()).collect()
}
