// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Hosts: a group that needs all of a value may also store it.

use smallvec::SmallVec;

use super::demand::{Demand, UnitId};
use super::group::Group;
use super::partition::Partitioner;
use crate::loops::index::Index;

/// The most elements of a row that stay in cache between two passes over it.
const MAX_ROW: usize = 1 << 16;
/// The most elements of a reduced column that stay in cache between two passes over it.
const MAX_COLUMN: usize = 256;

impl Partitioner<'_> {
    /// Finds a group that needs every element of a value exactly once, and may therefore compute and store the value.
    /// Also gives the index of the value in the group, and how a reduction over `reduced` dims changes the group's
    /// inner axes.
    pub(super) fn host(&self, demand: &Demand, dims: &[usize], reduced: Option<&ReducedDims>) -> Option<(UnitId, Index, Inner)> {
        'units: for request in &demand.requests {
            let unit = request.unit;
            let group = self.group_of(unit);
            if group.ops >= Group::MAX_OPS || demand.requests.iter().any(|r| r.unit == unit && r.index != request.index) {
                continue;
            }
            let Some(used) = request.index.bijective(dims, &group.axes) else { continue };
            let rest = group.complement(&used);
            let inner = match (&group.inner, reduced) {
                (None, None) if rest.is_empty() => Inner::Unchanged,
                (None, None) => continue,
                (Some(inner), None) if rest.is_empty() || same(inner, &rest, &group.axes) => Inner::Unchanged,
                (Some(inner), Some(reduced)) if same(inner, &rest, &group.axes) && reduced.matches(inner, &group.axes) => Inner::Unchanged,
                (None, Some(_)) if rest.is_empty() => Inner::Appended,
                (None, Some(reduced)) if reduced.stays_in_cache && reduced.matches(&rest, &group.axes) => Inner::Chosen(rest),
                (Some(_), _) | (None, Some(_)) => continue,
            };
            // The index of a reduction's operand needs a position for each axis of the result.
            if reduced.is_some() && request.index.axes(dims, &group.axes).is_none() {
                continue;
            }
            for other in demand.units().filter(|&u| u != unit) {
                if self.order.reaches(other, unit) {
                    continue 'units;
                }
            }
            return Some((unit, request.index.clone(), inner));
        }
        None
    }
}

/// How a reduction changes the inner axes of its host.
pub(super) enum Inner {
    Unchanged,
    Chosen(SmallVec<[usize; 6]>),
    Appended,
}

/// The dims that a reduction runs over.
pub(super) struct ReducedDims {
    pub(super) dims: SmallVec<[usize; 6]>,
    stays_in_cache: bool,
}

impl ReducedDims {
    pub(super) fn new(from: &[usize], over: &[usize]) -> ReducedDims {
        let dims: SmallVec<[usize; 6]> = (0..from.len()).filter(|a| over.contains(a)).map(|a| from[a]).collect();
        let elements: usize = dims.iter().product();
        let last = (0..from.len()).rev().find(|&a| from[a] != 1);
        let along_rows = last.is_none_or(|a| over.contains(&a));
        ReducedDims { dims, stays_in_cache: elements <= if along_rows { MAX_ROW } else { MAX_COLUMN } }
    }

    /// Whether the axes have these dims, apart from dims of size one.
    fn matches(&self, inner: &[usize], axes: &[usize]) -> bool {
        inner.iter().map(|&a| axes[a]).filter(|&n| n != 1).eq(self.dims.iter().copied().filter(|&n| n != 1))
    }
}

/// Whether two lists of axes are the same, apart from axes of size one. `rest` has no axes of size one.
fn same(inner: &[usize], rest: &[usize], axes: &[usize]) -> bool {
    inner.iter().filter(|&&a| axes[a] != 1).eq(rest.iter())
}
