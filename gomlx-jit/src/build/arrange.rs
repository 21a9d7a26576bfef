// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Order and number of a nest's axes: which axis has the lanes, and which axes collapse into one.

use gomlx_ir::{DType, ValueId};
use smallvec::SmallVec;

use crate::fuse::{Group, cost};
use crate::loops::index::Affine;
use crate::loops::{Kind, Mode, Nest, Node, Placed, Reduction, Store};
use crate::options::keep_f32;

/// The nest of a group's nodes, with its axes in their final order.
pub(super) fn arrange(
    group: &Group,
    mut nodes: Vec<Node>,
    reductions: Vec<Reduction>,
    mut stores: Vec<Store>,
    buffers: Vec<DType>,
    values: Vec<ValueId>,
) -> Placed {
    let inner_axes = group.inner.clone().unwrap_or_default();
    let mut inner: SmallVec<[usize; 6]> = inner_axes.iter().copied().filter(|&a| group.axes[a] != 1).collect();
    let mut outer: SmallVec<[usize; 6]> = (0..group.axes.len()).filter(|a| !inner_axes.contains(a) && group.axes[*a] != 1).collect();

    // How many accesses of each iteration step by one element along an axis; without inner axes every node is outer.
    let each = reductions.is_empty();
    let unit_steps = |axis: usize, nodes: &[Node], stores: &[Store]| {
        let counts = |n: &Node| each || !n.outer;
        let loads = nodes.iter().filter(|n| matches!(&n.kind, Kind::Load { at, .. } if at.coef(axis) == 1) && counts(n)).count();
        let each_inner = |s: &Store| counts(&nodes[s.node]) || inner_axes.iter().any(|&a| s.at.coef(a) != 0);
        loads + 2 * stores.iter().filter(|s| s.at.coef(axis) == 1 && each_inner(s)).count()
    };
    let best = |axes: &[usize]| axes.iter().copied().enumerate().max_by_key(|&(i, a)| (unit_steps(a, &nodes, &stores), i));
    let (best_inner, best_outer) = (best(&inner), best(&outer));
    let steps = |found: Option<(usize, usize)>| found.map_or(0, |(_, a)| unit_steps(a, &nodes, &stores));
    let rows = !reductions.is_empty() && (best_outer.is_none() || steps(best_inner) >= steps(best_outer));
    let mode = if rows { Mode::Rows } else { Mode::Columns };
    let (lanes, chosen) = if rows { (&mut inner, best_inner) } else { (&mut outer, best_outer) };
    if let Some((i, axis)) = chosen {
        lanes.remove(i);
        lanes.push(axis);
    }

    let maps = |nodes: &[Node], stores: &[Store]| -> Vec<Affine> {
        let loads = nodes.iter().filter_map(|n| match &n.kind {
            Kind::Load { at, .. } | Kind::Iota(at) => Some(at.clone()),
            _ => None,
        });
        loads.chain(stores.iter().map(|s| s.at.clone())).collect()
    };
    let all = maps(&nodes, &stores);
    let collapse = |axes: &[usize]| -> Vec<(usize, usize)> {
        // The last axis of each run of axes that behave as one, and the size of the run.
        let mut runs: Vec<(usize, usize)> = vec![];
        for &axis in axes {
            let size = group.axes[axis];
            match runs.last_mut() {
                Some((last, total)) if all.iter().all(|m| m.coef(*last) == m.coef(axis) * size as i64) => {
                    (*last, *total) = (axis, *total * size);
                }
                _ => runs.push((axis, size)),
            }
        }
        runs
    };
    let mut runs = collapse(&outer);
    if runs.is_empty() && mode == Mode::Columns {
        runs.push((usize::MAX, 1));
    }
    let num_outer = runs.len();
    runs.extend(collapse(&inner));
    if mode == Mode::Rows && runs.len() == num_outer {
        runs.push((usize::MAX, inner_axes.iter().map(|&a| group.axes[a]).product()));
    }
    let new_axis = |axis: usize| runs.iter().position(|&(a, _)| a == axis);
    for node in &mut nodes {
        match &mut node.kind {
            Kind::Load { at, .. } | Kind::Iota(at) => *at = at.renumbered(new_axis),
            _ => {}
        }
    }
    stores.iter_mut().for_each(|s| s.at = s.at.renumbered(new_axis));

    let mut axes: SmallVec<[usize; 6]> = runs.iter().map(|&(_, n)| n).collect();
    let ns = nodes.iter().filter(|n| each || !n.outer).map(node_ns).sum::<f64>() + 0.06 * stores.len() as f64;
    let flat = reductions.is_empty() && axes.len() == 1;
    let elements = if flat { std::mem::replace(&mut axes[0], 0) } else { 0 };
    Placed {
        nest: Nest { mode, axes, outer: num_outer, nodes, reductions, stores, buffers, flat, keep_f32: keep_f32() },
        values,
        elements,
        ns,
    }
}

fn node_ns(node: &Node) -> f64 {
    match &node.kind {
        Kind::Const(_) | Kind::Param(_) => 0.0,
        Kind::Load { .. } => 0.08,
        Kind::Unary(op, _) => cost::ns(&gomlx_ir::Op::Unary(*op), node.dtype),
        Kind::Binary(op, ..) => cost::ns(&gomlx_ir::Op::Binary(*op), node.dtype),
        _ => 0.06,
    }
}
