// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn slope(x: &Tensor![f32;]) -> Tensor![f32;] {
    grad(x, |x| {
        if x > 0.0 {
            return x * x;
        }
        x * 2.0
    })
}

fn main() {}
