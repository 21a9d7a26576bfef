// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// More indices than axes.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N, M]) -> Tensor![f32;] {
    x[(0, 1, 2)]
}

fn main() {}
