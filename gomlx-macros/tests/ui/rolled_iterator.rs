// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Iterators over `rolled`.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N, M]) -> Tensor![f32; M] {
    let mut y = Tensor::zeros(&[M]);
    for (i, row) in rolled(x).enumerate() {
        y += row * i;
    }
    y
}

fn main() {}
