// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The values in memory, and the values whose storage they share.

use gomlx_ir::ValueId;
use rustc_hash::{FxHashMap, FxHashSet};

/// The values in memory, of all regions.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Maps values to the value whose storage they share: reshapes and barriers that a unit reads whole, and the state
    /// of a `while` inside its regions, which shares the storage of the results.
    pub(crate) aliases: FxHashMap<ValueId, ValueId>,
    /// Values in memory: parameters, values that units store, and values that a region captures.
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
