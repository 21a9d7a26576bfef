// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Steps of a host's loop that a tensor skips.

use gomlx::prelude::*;

#[graph]
fn search(x: &Tensor![f32;], parts: &Vec<Tensor![f32;]>) -> Tensor![f32;] {
    let mut y = x.clone();
    for part in parts {
        if part < 0.0 {
            continue;
        }
        y += part;
    }
    y
}

fn main() {}
