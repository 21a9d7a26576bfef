// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Parts of a concatenation that do not fit.

use gomlx::prelude::*;

#[graph]
fn join(x: &Tensor![f32; 3, 4], y: &Tensor![f32; 3, 5]) -> Tensor![f32; 6, 4] {
    concat(&[x, y], 0)
}

fn main() {}
