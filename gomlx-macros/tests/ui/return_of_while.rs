// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn search(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    while y < 10.0 {
        if y == 3.0 {
            return y * 2.0;
        }
        y += 1.0;
    }
    y
}

fn main() {}
