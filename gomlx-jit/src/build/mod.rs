// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Builds the loop nest of a fusion group: first its graph, then the order of its axes.

mod arrange;
mod graph;

use gomlx_ir::Function;

use crate::fuse::{Group, Stored};
use crate::loops::BoundNest;

/// Builds the loop nest of a group.
pub(crate) fn build(function: &Function, stored: &Stored, group: &Group) -> BoundNest {
    arrange::arrange(group, graph::graph(function, stored, group))
}
