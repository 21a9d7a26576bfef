// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A `return` out of a `loop` that the graph runs.

use gomlx::prelude::*;

#[graph]
fn search(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    loop {
        y += 1.0;
        if y < 10.0 {
            continue;
        }
        return y;
    }
}

fn main() {}
