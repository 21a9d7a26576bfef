// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Inference of `gather` and `scatter`.

use smallvec::SmallVec;

use super::Shapes;
use super::reduce::body;
use super::site::Site;
use crate::{Axes, Dim, GatherDims, Result, ScatterDims, Shape, bail};

pub(super) fn gather(site: &Site<'_>, dims: &GatherDims) -> Result<Shape> {
    let (x, indices) = (site.shape(0), site.shape(1));
    site.length("slice_sizes", dims.slice_sizes.len(), x.rank(), "(C20)")?;
    let rank = dims.offset_dims.len() + dims.collapsed_slice_dims.len() + dims.operand_batching_dims.len();
    if rank != x.rank() {
        bail!(Attribute, "gather: offset_dims, collapsed_slice_dims and operand_batching_dims list {rank} axes of {x} (C1)");
    }
    site.sorted("collapsed_slice_dims", &dims.collapsed_slice_dims, "(C7)")?;
    site.sorted("operand_batching_dims", &dims.operand_batching_dims, "(C10)")?;
    let removed = [dims.collapsed_slice_dims.as_slice(), dims.operand_batching_dims.as_slice()].concat();
    site.axes("collapsed_slice_dims and operand_batching_dims", &removed, x.rank(), "(C6, C8, C11)")?;
    for &axis in &removed {
        if dims.slice_sizes[axis] > 1 {
            bail!(Attribute, "gather: slice size {} of axis {axis}, which the result leaves out (C9, C12)", dims.slice_sizes[axis]);
        }
    }
    let addressing = Addressing {
        index_vector_dim: dims.index_vector_dim,
        map: &dims.start_index_map,
        operand_batch: &dims.operand_batching_dims,
        indices_batch: &dims.start_indices_batching_dims,
        numbers: ["(C2)", "(C3)", "(C13, C14)", "(C15)", "(C16)", "(C17)", "(C18, C19)"],
    };
    let batch = addressing.batch_dims(site, x, indices)?;
    for (axis, (&size, dim)) in dims.slice_sizes.iter().zip(&x.dims).enumerate() {
        site.at_most("slice size", &Dim::Lit(size), dim, &format!("on axis {axis} of {x} (C21)"))?;
    }
    let rank = batch.len() + dims.offset_dims.len();
    site.axes("offset_dims", &dims.offset_dims, rank, "(C4, C5)")?;
    site.sorted("offset_dims", &dims.offset_dims, "(C4)")?;
    let mut offsets = dims.slice_sizes.iter().enumerate().filter(|(a, _)| !removed.contains(a)).map(|(_, &n)| Dim::Lit(n));
    let mut batch = batch.into_iter();
    let result = (0..rank).map(|a| if dims.offset_dims.contains(&a) { offsets.next() } else { batch.next() });
    Ok(x.with_dims(result.map(|d| d.expect("(C1) and the sorted, distinct offset_dims leave one dim an axis"))))
}

pub(super) fn scatter(site: &Site<'_>, dims: &ScatterDims) -> Result<Shapes> {
    let n = site.operands.len() / 2;
    if n == 0 || site.operands.len().is_multiple_of(2) {
        bail!(Graph, "scatter: takes N operands, indices and N updates, {} were given (C5)", site.operands.len());
    }
    let inputs: Shapes = (0..n).map(|i| site.shape(i).clone()).collect();
    let (x, indices, updates) = (&inputs[0], site.shape(n), site.shape(n + 1));
    for (i, input) in inputs.iter().enumerate() {
        let update = site.shape(n + 1 + i);
        if input.dims != x.dims || update.dims != updates.dims {
            bail!(Shape, "scatter: operands {x} and {input} or updates {updates} and {update} differ (C1, C3)");
        }
        site.same_dtype_by(input, update, "(C6)")?;
    }
    let rank = dims.update_window_dims.len() + dims.inserted_window_dims.len() + dims.input_batching_dims.len();
    if rank != x.rank() {
        bail!(Attribute, "scatter: update_window_dims, inserted_window_dims and input_batching_dims list {rank} axes of {x} (C2)");
    }
    site.sorted("inserted_window_dims", &dims.inserted_window_dims, "(C10)")?;
    site.sorted("input_batching_dims", &dims.input_batching_dims, "(C12)")?;
    let removed = [dims.inserted_window_dims.as_slice(), dims.input_batching_dims.as_slice()].concat();
    site.axes("inserted_window_dims and input_batching_dims", &removed, x.rank(), "(C9, C11, C13)")?;
    let addressing = Addressing {
        index_vector_dim: dims.index_vector_dim,
        map: &dims.scatter_dims_to_operand_dims,
        operand_batch: &dims.input_batching_dims,
        indices_batch: &dims.scatter_indices_batching_dims,
        numbers: ["(C22)", "(C19)", "(C14, C15)", "(C16)", "(C17)", "(C18)", "(C20, C21)"],
    };
    let batch = addressing.batch_dims(site, x, indices)?;
    if updates.rank() != batch.len() + dims.update_window_dims.len() {
        bail!(
            Shape,
            "scatter: updates {updates} must have {} axes of indices {indices} and {} of windows (C4)",
            batch.len(),
            dims.update_window_dims.len()
        );
    }
    site.axes("update_window_dims", &dims.update_window_dims, updates.rank(), "(C7, C8)")?;
    site.sorted("update_window_dims", &dims.update_window_dims, "(C7)")?;
    let windowed: Axes = (0..x.rank()).filter(|a| !removed.contains(a)).collect();
    let (mut batch, mut windowed) = (batch.iter(), windowed.iter());
    for (axis, dim) in updates.dims.iter().enumerate() {
        if dims.update_window_dims.contains(&axis) {
            let &of = windowed.next().expect("(C2) pairs the window axes");
            site.at_most("window", dim, &x.dims[of], &format!("on axis {axis} of updates {updates} into axis {of} of {x} (C4)"))?;
        } else if batch.next() != Some(dim) {
            bail!(Shape, "scatter: axis {axis} of updates {updates} does not fit indices {indices} (C4)");
        }
    }
    body(site, &inputs, "(C23)")?;
    Ok(inputs)
}

/// How index vectors address an operand, in `gather` and `scatter` alike.
struct Addressing<'a> {
    index_vector_dim: usize,
    map: &'a [usize],
    operand_batch: &'a [usize],
    indices_batch: &'a [usize],
    /// The constraints of the op, in the order in which they are checked.
    numbers: [&'static str; 7],
}

impl Addressing<'_> {
    /// Checks the constraints between operand and indices. Returns the dims of the indices without the dim of the
    /// vectors.
    fn batch_dims(&self, site: &Site<'_>, x: &Shape, indices: &Shape) -> Result<SmallVec<[Dim; 4]>> {
        let name = site.name;
        let [vector, components_of, indices_axes, batching, lengths, sizes, addressed_axes] = self.numbers;
        if !indices.dtype.is_int() {
            bail!(DType, "{name}: indices {indices} are not integers");
        }
        if self.index_vector_dim > indices.rank() {
            bail!(Attribute, "{name}: index_vector_dim {} is above the rank of indices {indices} {vector}", self.index_vector_dim);
        }
        let components = indices.dims.get(self.index_vector_dim).cloned().unwrap_or(Dim::Lit(1));
        if !components.is(self.map.len()) {
            let addressed = self.map.len();
            bail!(
                Shape,
                "{name}: indices {indices} hold vectors of {components}, but {addressed} axes of {x} are addressed {components_of}"
            );
        }
        site.axes("batching dims of the indices", self.indices_batch, indices.rank(), indices_axes)?;
        if self.indices_batch.contains(&self.index_vector_dim) {
            bail!(Attribute, "{name}: index_vector_dim {} is a batching dim {batching}", self.index_vector_dim);
        }
        site.length("batching dims of the indices", self.indices_batch.len(), self.operand_batch.len(), lengths)?;
        for (&a, &b) in self.operand_batch.iter().zip(self.indices_batch) {
            if x.dims[a] != indices.dims[b] {
                bail!(Shape, "{name}: batching dims differ: operand {x} axis {a}, indices {indices} axis {b} {sizes}");
            }
        }
        let addressed = [self.map, self.operand_batch].concat();
        site.axes("addressed and batching dims", &addressed, x.rank(), addressed_axes)?;
        let kept = indices.dims.iter().enumerate().filter(|&(a, _)| a != self.index_vector_dim);
        Ok(kept.map(|(_, d)| d.clone()).collect())
    }
}
