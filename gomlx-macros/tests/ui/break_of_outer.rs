// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn search(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    'outer: while y < 10.0 {
        let mut z = y.clone();
        while z > 0.0 {
            if z == 3.0 {
                break 'outer;
            }
            z -= 1.0;
        }
        y += 1.0;
    }
    y
}

fn main() {}
