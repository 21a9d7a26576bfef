// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn shrink(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    while y.abs() > 1e-6 {
        y = y / 2.0;
    }
    y
}

fn main() {}
