// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Fusion: cuts a function's body into units of work, each one loop nest or one library call.
//!
//! Instructions are visited from last to first, so that every use of a value is known when it is met. A value is
//! either computed where it is used (inside one loop nest, or again in each of several when that is cheap), or it
//! becomes a *root* of a loop nest, which stores it. Data movement is never computed: it composes into index maps.
//!
//! Invariant: the units in order form a valid schedule; each materialised value has exactly one unit that stores it.

pub(crate) mod cost;
mod demand;
mod group;
pub(crate) mod index;
mod partition;

use gomlx_ir::{InstId, ValueId};
use rustc_hash::FxHashMap;

pub(crate) use group::Group;
pub(crate) use partition::partition;

/// One piece of the schedule.
#[derive(Debug)]
pub(crate) enum Unit {
    /// A loop nest.
    Loops(Group),
    /// An instruction that a library kernel runs.
    Library(InstId),
}

/// The schedule of a function's body.
#[derive(Debug, Default)]
pub(crate) struct Partition {
    pub(crate) units: Vec<Unit>,
    /// Values that share another's elements in row-major order: reshapes and barriers that something reads whole.
    pub(crate) aliases: FxHashMap<ValueId, ValueId>,
}

impl Partition {
    /// The value whose storage holds `value`.
    pub(crate) fn storage(&self, mut value: ValueId) -> ValueId {
        while let Some(&of) = self.aliases.get(&value) {
            value = of;
        }
        value
    }
}
