// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The loop nest of a fusion group: its graph first, then the order of its axes.

mod arrange;
mod graph;

use gomlx_ir::Function;

use crate::fuse::{Group, Stored};
use crate::loops::BoundNest;

/// The loop nest of a group.
pub(crate) fn build(function: &Function, stored: &Stored, group: &Group) -> BoundNest {
    arrange::arrange(group, graph::graph(function, stored, group))
}
