// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Fusion: cuts a function's body, and each region of control flow, into units of work, each one loop nest or one library call.
//!
//! Instructions are visited from last to first, so that every use of a value is known when it is met. A value is
//! either computed where it is used (inside one loop nest, or again in each of several when that is cheap), or it
//! becomes a *root* of a loop nest, which stores it. Data movement is never computed: it composes into index maps.
//! What a region of control flow uses from around it is stored there, and loaded inside.
//!
//! Invariant: the units in order form a valid schedule; each materialised value has exactly one unit that stores it.

pub(crate) mod cost;
mod demand;
mod group;
pub(crate) mod index;
mod partition;
pub(crate) mod support;

use gomlx_ir::{InstId, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use group::Group;
pub(crate) use partition::partition;

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

/// The schedule of a function's body.
#[derive(Debug, Default)]
pub(crate) struct Partition {
    pub(crate) units: Vec<Unit>,
    pub(crate) stored: Stored,
}

/// What is known of the values in memory, of all regions.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Values that share another's elements in row-major order: reshapes and barriers that something reads whole, and
    /// the state of a loop inside of it, which is where its results are.
    pub(crate) aliases: FxHashMap<ValueId, ValueId>,
    /// Values that are in memory: what units store, parameters, and what a region reads from around it.
    pub(crate) values: FxHashSet<ValueId>,
}

impl Stored {
    /// The value whose storage holds `value`.
    pub(crate) fn storage(&self, mut value: ValueId) -> ValueId {
        while let Some(&of) = self.aliases.get(&value) {
            value = of;
        }
        value
    }
}
