// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Borrowed text.

use gomlx::prelude::*;

#[graph]
fn activate(x: &Tensor![f32; N], function: &str) -> Tensor![f32; N] {
    if function == "tanh" { x.tanh() } else { x.relu() }
}

fn main() {}
