// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Dead code: instructions whose results nothing uses and that have no effect.

use crate::Function;
use crate::edit::{Keep, rebuild};

/// The function without its dead instructions.
pub fn dce(function: &Function) -> Function {
    rebuild(function, &mut Keep)
}
