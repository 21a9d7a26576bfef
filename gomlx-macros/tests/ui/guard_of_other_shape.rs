// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A guard that returns another shape than the rest, and a mistake in the rest, each told once.

use gomlx::prelude::*;

#[graph]
fn layer(x: &Tensor![f32; 4], w: &Tensor![f32; 3, 2]) -> Tensor<f32> {
    if x.sum() > 0.0 {
        return x.sum();
    }
    let wrong = x.matmul(w);
    gomlx::debug!("{wrong}");
    x * 2.0
}

fn main() {}
