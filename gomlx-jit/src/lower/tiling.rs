// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! How a nest's work is cut: into units, which run on different threads, tiles of lanes, and the lanes of one vector
//! step.

use gomlx_ir::DType;

use super::value::{Width, element_type};
use crate::loops::{Nest, Vectorization};

/// Lanes of a column tile that has accumulators.
const FOLD_TILE: usize = 2048;
/// Lanes of a column tile without accumulators.
const PLAIN_TILE: usize = 4096;

/// Number of units in the range of the nest's function.
pub(super) fn units(nest: &Nest, elements: usize) -> usize {
    if nest.flat {
        return elements;
    }
    match nest.vectorization {
        Vectorization::Rows => nest.axes[..nest.outer].iter().product(),
        Vectorization::Columns => nest.axes[..nest.outer - 1].iter().product::<usize>() * nest.axes[nest.lane()].div_ceil(tile(nest)),
    }
}

/// The most iterations, over all axes, of one unit.
pub(super) fn unit_iterations(nest: &Nest) -> usize {
    match nest.vectorization {
        _ if nest.flat => 1,
        Vectorization::Rows => nest.inner_len(),
        Vectorization::Columns => nest.inner_len() * tile(nest).min(nest.axes[nest.lane()]),
    }
}

/// The most lanes of a column tile.
pub(super) fn tile(nest: &Nest) -> usize {
    if nest.reductions.is_empty() { PLAIN_TILE } else { FOLD_TILE }
}

/// Number of lanes of one vector step: two vectors of the widest type. A row of few nodes takes four vectors: more
/// accumulators wait less for one another. The outer nodes of rows are scalars and do not count.
pub(super) fn lanes(nest: &Nest) -> usize {
    /// The most nodes for which four vectors of each fit in registers.
    const SHORT: usize = 12;
    let rows = nest.vectorization == Vectorization::Rows;
    let dtypes: Vec<DType> = nest.nodes.iter().filter(|n| !(rows && n.outer)).map(|n| n.dtype).collect();
    if dtypes.iter().any(|&d| element_type(d, Width::Lanes(8)).bytes() == 8) {
        4
    } else if rows && dtypes.len() <= SHORT && dtypes.iter().all(|d| d.size() == 4) {
        16
    } else {
        8
    }
}
