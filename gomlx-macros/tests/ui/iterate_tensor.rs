// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A tensor that is iterated like a `Vec`.

use gomlx::prelude::*;

#[graph]
fn total(x: &Tensor![f32; N, 3]) -> Tensor![f32; 3] {
    let mut sum = Tensor::zeros(&[3]);
    for row in x {
        sum += row;
    }
    for row in x.iter() {
        sum += row;
    }
    sum
}

fn main() {}
