// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn sum(parts: &Vec<Tensor<f32>>) -> Tensor![f32;] {
    let mut y = Tensor::scalar(0.0);
    for part in rolled(parts) {
        y += part;
    }
    y
}

fn main() {}
