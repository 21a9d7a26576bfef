// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Which values are in memory, and where.

use gomlx_ir::ValueId;
use rustc_hash::{FxHashMap, FxHashSet};

/// The values in memory, of all regions.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Values that share another value's storage: reshapes and barriers that a unit reads whole, and the state of a
    /// `while` inside its regions, which is in the storage of the results.
    pub(crate) aliases: FxHashMap<ValueId, ValueId>,
    /// Values that are in memory: those that units store, parameters, and those that a region reads from around it.
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
