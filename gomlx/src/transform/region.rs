// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Closures traced into a region of their own.

use gomlx_ir::{Code, Diagnostic, Location, RegionId, Shape, ValueId};

use super::or_fail;
use crate::AnyTensor;
use crate::ops::raw;
use crate::trace::{self, Trace};
use crate::tree::{Tree, leaves, replace_leaves};

/// A closure that was traced into a region.
pub(super) struct RegionTrace<R> {
    pub(super) region: RegionId,
    /// The result of the closure. Its handles are no longer valid outside the region, but have its shapes.
    pub(super) value: R,
    /// The results of the region.
    pub(super) results: Vec<ValueId>,
}

/// Traces a closure into a region with a parameter for each leaf of `args`. `shape` gives the shape of a parameter, and
/// `collect` the results of the region.
pub(super) fn traced<A: Tree, R: Tree>(
    args: &A,
    shape: impl Fn(&AnyTensor) -> Shape,
    f: impl FnOnce(&A) -> R,
    collect: impl FnOnce(&R) -> Vec<ValueId>,
) -> RegionTrace<R> {
    let region = trace::with(Trace::enter_region);
    let inner = replace_leaves(args, &mut |_, leaf| {
        if leaf.is_absent() || leaf.is_poisoned() {
            return leaf.clone();
        }
        trace::with(|t| {
            let param = t.function().add_region_param(region, shape(leaf));
            t.handle(param)
        })
    });
    let value = f(&inner);
    let results = collect(&value);
    trace::with(|t| {
        t.function().region_mut(region).results.clone_from(&results);
        t.leave_region(region);
    });
    RegionTrace { region, value, results }
}

/// The shape of a leaf.
pub(super) fn same(leaf: &AnyTensor) -> Shape {
    Shape::new(leaf.dtype(), leaf.dims())
}

/// The values of the leaves of a tree that are neither absent nor poisoned.
pub(super) fn values<A: Tree>(tree: &A, location: &Location) -> Vec<ValueId> {
    let present = leaves(tree).into_iter().filter(|leaf| !leaf.tensor.is_absent());
    present.filter_map(|leaf| or_fail(trace::with(|t| t.value(&leaf.tensor)), location)).collect()
}

/// The values of a tree of tangents or cotangents: one for each floating-point leaf of `like`, zeros where it is
/// absent.
pub(super) fn tangents<A: Tree>(what: &str, tree: &A, like: &[AnyTensor], location: &Location) -> Vec<ValueId> {
    let given: Vec<AnyTensor> = leaves(tree).into_iter().map(|leaf| leaf.tensor).collect();
    if given.len() != like.len() {
        let message = format!("{what} gives {} tensors, where {} are taken", given.len(), like.len());
        trace::fail(Diagnostic::new(Code::Gradient, message).note("return a tree of the same structure").at(Some(location)));
    }
    let mut values = vec![];
    for (tensor, like) in given.iter().zip(like) {
        if !like.dtype().is_differentiable() || like.is_absent() {
            continue;
        }
        let tensor = if tensor.is_absent() { raw::zeros(like.dtype(), like.dims()) } else { tensor.clone() };
        if !tensor.is_poisoned() && (tensor.dtype(), tensor.dims()) != (like.dtype(), like.dims()) {
            let error = Diagnostic::new(Code::Gradient, format!("{what} gives {tensor}, where {like} is taken"));
            trace::fail(error.note("give a value of that shape, or leave it absent for zero").at(Some(location)));
        }
        values.extend(or_fail(trace::with(|t| t.value(&tensor)), location));
    }
    values
}

/// The leaves of a tree.
pub(super) fn tensors<A: Tree>(tree: &A) -> Vec<AnyTensor> {
    leaves(tree).into_iter().map(|leaf| leaf.tensor).collect()
}

/// A copy of the tree. Leaves that have no tangents are absent.
pub(super) fn tangents_like<A: Tree>(tree: &A) -> A {
    replace_leaves(tree, &mut |_, leaf| {
        if leaf.dtype().is_differentiable() { leaf.clone() } else { AnyTensor::absent(leaf.dtype(), leaf.dims()) }
    })
}

/// A tree with the structure of `value`, the result of a region. Its leaves are handles of `values`, which lie outside
/// it.
pub(super) fn rebuilt<R: Tree>(value: &R, values: &[ValueId]) -> R {
    let mut next = values.iter().copied();
    replace_leaves(value, &mut |_, leaf| {
        if leaf.is_absent() || leaf.is_poisoned() {
            return leaf.clone();
        }
        next.next().map_or_else(|| leaf.clone(), |value| trace::with(|t| t.handle(value)))
    })
}
