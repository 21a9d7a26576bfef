// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A fusion group: the values that one loop nest computes.

use gomlx_ir::{Dims, InstId, ValueId};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::loops::index::{Affine, Index, split};

/// A value that a loop nest stores.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub(crate) value: ValueId,
    pub(crate) index: Index,
}

/// The values of one loop nest.
///
/// Invariant: the index of a reduction's result depends on no axis of `inner`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    /// Size of each axis of the iteration space.
    pub(crate) axes: SmallVec<[usize; 6]>,
    /// The axes that the group's reductions run over; `None` without reductions.
    pub(crate) inner: Option<SmallVec<[usize; 6]>>,
    pub(crate) roots: Vec<Root>,
    /// The group's reductions, by instruction, with the index of their results.
    pub(crate) reductions: FxHashMap<InstId, Index>,
    /// Rough number of ops.
    pub(crate) ops: usize,
    /// Number of results of library calls that the group loads.
    pub(crate) loads: usize,
}

impl Group {
    /// The most ops of a group: larger groups take long to compile and run out of registers.
    pub(crate) const MAX_OPS: usize = 160;

    /// The most results of library calls that a group loads, because all of them are alive until the group runs. Sums
    /// of more results become nests of their own.
    pub(crate) const MAX_LOADS: usize = 12;

    /// Makes a group over the axes of one value.
    pub(crate) fn over(dims: &[usize]) -> Group {
        Group { axes: dims.into(), ..Group::default() }
    }

    /// Number of iterations.
    pub(crate) fn iterations(&self) -> usize {
        self.axes.iter().product()
    }

    /// Whether the results have no elements. (A reduction over no elements still has results.)
    pub(crate) fn is_empty(&self) -> bool {
        let inner = self.inner.as_deref().unwrap_or(&[]);
        (0..self.axes.len()).any(|a| self.axes[a] == 0 && !inner.contains(&a))
    }

    /// The axes longer than one that are not in `used`.
    pub(crate) fn complement(&self, used: &[usize]) -> SmallVec<[usize; 6]> {
        (0..self.axes.len()).filter(|a| self.axes[*a] != 1 && !used.contains(a)).collect()
    }

    /// Whether the element at `index` is the same for all iterations of the inner axes. Without inner axes, the last
    /// axis counts as inner, because the lanes run along it.
    pub(crate) fn is_outer(&self, index: &Index, dims: &[usize]) -> bool {
        let linear = index.linear(dims);
        match &self.inner {
            Some(inner) => inner.iter().all(|&a| linear.coef(a) == 0),
            None => (0..self.axes.len()).rfind(|&a| self.axes[a] != 1).is_some_and(|a| self.axes.len() > 1 && linear.coef(a) == 0),
        }
    }

    /// The index of a reduction's operand, whose dims are `from`, given the index of its result. `None` if it is not
    /// affine.
    pub(crate) fn reduced(&self, result: &Index, from: &[usize], over: &[usize]) -> Option<Index> {
        let kept: Dims = (0..from.len()).filter(|a| !over.contains(a)).map(|a| from[a]).collect();
        let mut kept = result.axes(&kept, &self.axes)?.into_iter();
        let mut linear = Affine::default();
        let mut stride = 1;
        for &axis in self.inner.as_ref()?.iter().rev() {
            linear.set_coef(axis, stride);
            stride *= self.axes[axis] as i64;
        }
        let mut sorted: SmallVec<[usize; 6]> = over.into();
        sorted.sort_unstable();
        let reduced: Dims = sorted.iter().map(|&a| from[a]).collect();
        let mut reduced = split(linear, &reduced, &self.axes)?.into_iter();
        let positions = (0..from.len()).map(|a| if over.contains(&a) { reduced.next() } else { kept.next() });
        Some(Index::Axes(positions.collect::<Option<_>>()?))
    }
}
