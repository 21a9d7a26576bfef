// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Units of work: the parts into which a partition cuts a region.

use gomlx_ir::InstId;

use super::group::Group;

/// One piece of the schedule.
#[derive(Debug)]
pub(crate) enum Unit {
    /// A loop nest.
    Loops(Group),
    /// An instruction that a library kernel runs.
    Library(InstId),
    /// An `if`, a `case` or a `while`, with the schedule of each of its regions.
    Control(InstId, Vec<Vec<Unit>>),
}
