// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A `&mut` that a branch hands on.

use gomlx::prelude::*;

#[graph]
fn step(weights: &mut Vec<(Tensor<f32>, usize)>, x: &Tensor![f32;]) {
    for (w, _) in weights.iter_mut() {
        if x > 0.0 {
            grow(w);
        }
    }
}

fn grow(w: &mut Tensor<f32>) {
    *w *= 2.0;
}

fn main() {}
