// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A `match` on a tensor with patterns that are no integers, and one without an arm for the rest.

use gomlx::prelude::*;

#[graph]
fn pick(x: &Tensor![f32;], k: &Tensor![i32;]) -> Tensor![f32;] {
    let y = match x {
        0.0 => x + 1.0,
        _ => x.clone(),
    };
    match k {
        0 => y,
        1 => -y,
    }
}

fn main() {}
