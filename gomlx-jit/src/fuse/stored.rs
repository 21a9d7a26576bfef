// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Which values are in memory, and where.

use gomlx_ir::ValueId;
use rustc_hash::{FxHashMap, FxHashSet};

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
