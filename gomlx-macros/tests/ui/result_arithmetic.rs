// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Dims are compared as polynomials: `2 * B` is `B + B`, and not `2 * B + 1`.

use gomlx::prelude::*;

#[graph]
fn double(x: &Tensor![f32; B, N]) -> Tensor![f32; 2 * B + 1, N] {
    concat(&[x, x], 0)
}

fn main() {}
