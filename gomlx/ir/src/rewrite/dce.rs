// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Dead code elimination: removes instructions without an effect whose results are unused.

use crate::Function;
use crate::edit::{Keep, rebuild};

/// Returns the function without its dead instructions.
pub fn dce(function: &Function) -> Function {
    rebuild(function, &mut Keep)
}
