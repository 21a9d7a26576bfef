// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn search(x: &Tensor![f32;], parts: &Vec<Tensor<f32>>) -> Tensor![f32;] {
    let mut y = x.clone();
    for part in parts {
        if y > 10.0 {
            break;
        }
        y += part;
    }
    y
}

fn main() {}
