// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! StableHLO text of modules.

use crate::Function;

/// The text of one function.
pub fn function(function: &Function) -> String {
    function.name.clone()
}
