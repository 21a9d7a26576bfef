// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The axes of a nest: chooses the axis of the vector lanes, and collapses axes that behave as one.

use smallvec::SmallVec;

use super::graph::Graph;
use crate::fuse::Group;
use crate::loops::index::Affine;
use crate::loops::{BoundNest, Nest, Node, NodeKind, Store, Vectorization};
use crate::options::keep_f32;

/// Predicted time of storing an element, in nanoseconds.
const STORE_NS: f64 = 0.06;

/// Stands for an axis of a group where all outer, or all inner, axes have size one.
const NO_AXIS: usize = usize::MAX;

/// Makes the nest of a group's graph, with its axes in their final order.
pub(super) fn arrange(group: &Group, graph: Graph) -> BoundNest {
    let Graph { mut nodes, ns, reductions, mut stores, buffers, values } = graph;
    let inner_axes = group.inner.clone().unwrap_or_default();
    let mut inner: SmallVec<[usize; 6]> = inner_axes.iter().copied().filter(|&a| group.axes[a] != 1).collect();
    let mut outer: SmallVec<[usize; 6]> = (0..group.axes.len()).filter(|a| !inner_axes.contains(a) && group.axes[*a] != 1).collect();

    // Without reductions every node is outer, and each iteration computes all of them.
    let each = reductions.is_empty();
    // The number of accesses per iteration that step by one element along an axis; stores count twice.
    let unit_steps = |axis: usize, nodes: &[Node], stores: &[Store]| {
        let counts = |n: &Node| each || !n.outer;
        let loads = nodes.iter().filter(|n| matches!(&n.kind, NodeKind::Load { at, .. } if at.coef(axis) == 1) && counts(n)).count();
        let each_inner = |s: &Store| counts(&nodes[s.node]) || inner_axes.iter().any(|&a| s.at.coef(a) != 0);
        loads + 2 * stores.iter().filter(|s| s.at.coef(axis) == 1 && each_inner(s)).count()
    };
    let best = |axes: &[usize]| axes.iter().copied().enumerate().max_by_key(|&(i, a)| (unit_steps(a, &nodes, &stores), i));
    let (best_inner, best_outer) = (best(&inner), best(&outer));
    let steps = |found: Option<(usize, usize)>| found.map_or(0, |(_, a)| unit_steps(a, &nodes, &stores));
    let rows = !reductions.is_empty() && (best_outer.is_none() || steps(best_inner) >= steps(best_outer));
    let vectorization = if rows { Vectorization::Rows } else { Vectorization::Columns };
    let (lanes, chosen) = if rows { (&mut inner, best_inner) } else { (&mut outer, best_outer) };
    if let Some((i, axis)) = chosen {
        lanes.remove(i);
        lanes.push(axis);
    }

    let maps: Vec<Affine> = nodes.iter().filter_map(|n| n.kind.map()).chain(stores.iter().map(|s| &s.at)).cloned().collect();
    // Collapses each run of axes that behave as one axis: gives the last axis and the size of each run.
    let collapse = |axes: &[usize]| -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = vec![];
        for &axis in axes {
            let size = group.axes[axis];
            match runs.last_mut() {
                Some((last, total)) if maps.iter().all(|m| m.coef(*last) == m.coef(axis) * size as i64) => {
                    (*last, *total) = (axis, *total * size);
                }
                _ => runs.push((axis, size)),
            }
        }
        runs
    };
    let mut runs = collapse(&outer);
    if runs.is_empty() && vectorization == Vectorization::Columns {
        runs.push((NO_AXIS, 1));
    }
    let num_outer = runs.len();
    runs.extend(collapse(&inner));
    if vectorization == Vectorization::Rows && runs.len() == num_outer {
        runs.push((NO_AXIS, inner_axes.iter().map(|&a| group.axes[a]).product()));
    }
    let new_axis = |axis: usize| runs.iter().position(|&(a, _)| a == axis);
    for node in &mut nodes {
        if let NodeKind::Load { at, .. } | NodeKind::Iota(at) = &mut node.kind {
            *at = at.renumbered(new_axis);
        }
    }
    stores.iter_mut().for_each(|s| s.at = s.at.renumbered(new_axis));

    let mut axes: SmallVec<[usize; 6]> = runs.iter().map(|&(_, n)| n).collect();
    let per_iteration = nodes.iter().zip(&ns).filter(|(n, _)| each || !n.outer).map(|(_, ns)| ns);
    let ns = per_iteration.sum::<f64>() + STORE_NS * stores.len() as f64;
    let flat = reductions.is_empty() && axes.len() == 1;
    let elements = if flat { std::mem::replace(&mut axes[0], 0) } else { 0 };
    let nest = Nest { vectorization, axes, outer: num_outer, nodes, reductions, stores, buffers, flat, keep_f32: keep_f32() };
    BoundNest { nest, values, elements, ns }
}
