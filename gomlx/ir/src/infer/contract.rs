// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of the ops that sum products: `dot_general` and `convolution`.

use smallvec::SmallVec;

use super::movement::signed;
use super::reduce::window_count;
use super::site::Site;
use crate::{Axes, ConvDims, DType, Dim, DotDims, Result, Shape, bail};

pub(super) fn dot_general(site: &Site<'_>, dims: &DotDims) -> Result<Shape> {
    let (lhs, rhs) = (site.shape(0), site.shape(1));
    site.same_dtype_by(lhs, rhs, "(C13)")?;
    result_type(site, lhs, dims.out)?;
    site.length("rhs_batching_dimensions", dims.rhs_batch.len(), dims.lhs_batch.len(), "(C1)")?;
    site.length("rhs_contracting_dimensions", dims.rhs_contracting.len(), dims.lhs_contracting.len(), "(C2)")?;
    let all = |a: &Axes, b: &Axes| -> Axes { a.iter().chain(b).copied().collect() };
    site.axes("lhs batching and contracting dimensions", &all(&dims.lhs_batch, &dims.lhs_contracting), lhs.rank(), "(C3, C5, C6)")?;
    site.axes("rhs batching and contracting dimensions", &all(&dims.rhs_batch, &dims.rhs_contracting), rhs.rank(), "(C4, C7, C8)")?;
    for (what, left, right) in
        [("batching", &dims.lhs_batch, &dims.rhs_batch), ("contracting", &dims.lhs_contracting, &dims.rhs_contracting)]
    {
        for (&a, &b) in left.iter().zip(right) {
            if lhs.dims[a] != rhs.dims[b] {
                bail!(
                    Shape,
                    "dot_general: {what} dims differ: lhs {lhs} axis {a} is {}, rhs {rhs} axis {b} is {}",
                    lhs.dims[a],
                    rhs.dims[b]
                );
            }
        }
    }
    let batch = dims.lhs_batch.iter().map(|&a| &lhs.dims[a]);
    let lhs_free = DotDims::free(lhs.rank(), &dims.lhs_batch, &dims.lhs_contracting);
    let rhs_free = DotDims::free(rhs.rank(), &dims.rhs_batch, &dims.rhs_contracting);
    let free = lhs_free.iter().map(|&a| &lhs.dims[a]).chain(rhs_free.iter().map(|&a| &rhs.dims[a]));
    Ok(Shape::symbolic(dims.out, batch.chain(free).cloned()))
}

/// Checks the element type of a sum of products: it may be wider or narrower than that of the operands, but of the same
/// kind (JAX's `preferred_element_type`).
fn result_type(site: &Site<'_>, operand: &Shape, out: DType) -> Result<()> {
    let d = operand.dtype;
    let int = |d: DType| d.is_int() || d.is_small_int();
    let fits = d == out || (d.is_float() && out.is_float()) || (int(d) && int(out)) || (d.is_complex() && out.is_complex());
    if !fits {
        bail!(DType, "{}: a result of {out} from operands of {d}", site.name);
    }
    Ok(())
}

pub(super) fn convolution(site: &Site<'_>, dims: &ConvDims) -> Result<Shape> {
    let (lhs, rhs) = (site.shape(0), site.shape(1));
    site.same_dtype_by(lhs, rhs, "(C27)")?;
    result_type(site, lhs, dims.out)?;
    let n = lhs.rank();
    if n != rhs.rank() || n < 2 {
        bail!(Shape, "convolution: ranks of {lhs} and {rhs} must be equal and at least 2 (C1)");
    }
    layouts(site, dims, n)?;
    let (features, groups) = (&lhs.dims[dims.input_feature], Dim::Lit(dims.feature_groups));
    let Some(group) = features.div_exact(&groups) else {
        bail!(Shape, "convolution: {features} features of {lhs} do not split into {groups} groups (C11)");
    };
    if group != rhs.dims[dims.kernel_input_feature] {
        bail!(
            Shape,
            "convolution: input {lhs} has {group} features a group, kernel {rhs} takes {} (C14)",
            rhs.dims[dims.kernel_input_feature]
        );
    }
    let batch_groups = Dim::Lit(dims.batch_groups);
    let Some(batch) = lhs.dims[dims.input_batch].div_exact(&batch_groups) else {
        bail!(Shape, "convolution: the batch of {lhs} does not split into {batch_groups} groups (C10)");
    };
    let output = &rhs.dims[dims.kernel_output_feature];
    if output.div_exact(&batch_groups).is_none() || output.div_exact(&groups).is_none() {
        bail!(Shape, "convolution: {output} output features of {rhs} do not split into groups (C15, C16)");
    }
    let mut result = SmallVec::<[Dim; 4]>::from_elem(Dim::Lit(0), n);
    result[dims.output_batch] = batch;
    result[dims.output_feature] = output.clone();
    for i in 0..dims.spatial_rank() {
        let (dim, window) = (&lhs.dims[dims.input_spatial[i]], &rhs.dims[dims.kernel_spatial[i]]);
        let count = window_count(dim, window, dims.strides[i], dims.padding[i], dims.lhs_dilation[i], dims.rhs_dilation[i]);
        let Some(count) = count else {
            bail!(Shape, "convolution: windows of {window} on axis {} of {lhs} cannot be counted (C25)", dims.input_spatial[i]);
        };
        result[dims.output_spatial[i]] = count;
    }
    Ok(Shape { dtype: dims.out, dims: result })
}

/// Checks the attributes that do not depend on sizes.
fn layouts(site: &Site<'_>, dims: &ConvDims, rank: usize) -> Result<()> {
    let spatial = rank - 2;
    for (what, len, constraint) in [
        ("window_strides", dims.strides.len(), "(C2)"),
        ("padding", dims.padding.len(), "(C4)"),
        ("lhs_dilation", dims.lhs_dilation.len(), "(C5)"),
        ("rhs_dilation", dims.rhs_dilation.len(), "(C7)"),
        ("window_reversal", dims.reversal.len(), "(C9)"),
        ("input_spatial_dimensions", dims.input_spatial.len(), "(C12)"),
        ("kernel_spatial_dimensions", dims.kernel_spatial.len(), "(C17)"),
        ("output_spatial_dimensions", dims.output_spatial.len(), "(C19)"),
    ] {
        site.length(what, len, spatial, constraint)?;
    }
    site.positive("window_strides", &dims.strides, "(C3)")?;
    site.padding("padding", &dims.padding.iter().flat_map(|&(low, high)| [low, high]).collect::<Vec<_>>())?;
    site.positive("lhs_dilation", &dims.lhs_dilation, "(C6)")?;
    site.positive("rhs_dilation", &dims.rhs_dilation, "(C8)")?;
    site.positive("feature_group_count", &[dims.feature_groups], "(C21)")?;
    site.positive("batch_group_count", &[dims.batch_groups], "(C22)")?;
    if dims.feature_groups > 1 && dims.batch_groups > 1 {
        bail!(Attribute, "convolution: feature_group_count and batch_group_count are both above 1 (C23)");
    }
    if [dims.feature_groups, dims.batch_groups].into_iter().any(|n| signed(n).is_none()) {
        bail!(Attribute, "convolution: a group count is too large");
    }
    let layout = |a: usize, b: usize, spatial: &Axes| -> Axes { [a, b].iter().chain(spatial).copied().collect() };
    site.axes("input dimensions", &layout(dims.input_batch, dims.input_feature, &dims.input_spatial), rank, "(C13)")?;
    site.axes("kernel dimensions", &layout(dims.kernel_input_feature, dims.kernel_output_feature, &dims.kernel_spatial), rank, "(C18)")?;
    site.axes("output dimensions", &layout(dims.output_batch, dims.output_feature, &dims.output_spatial), rank, "(C20)")
}
