// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn rectified(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    if x > 0.0 { x.clone() } else { x * 0.1 }
}

#[graph]
fn shrink(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let mut y = x.clone();
    while y.gt(1.0) {
        y = y * 0.5;
    }
    y
}

fn main() {}
