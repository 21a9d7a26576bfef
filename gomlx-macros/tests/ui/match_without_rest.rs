// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A `match` on a tensor without an arm for the rest.

use gomlx::prelude::*;

#[graph]
fn f(k: &Tensor![i32;], x: &Tensor![f32;]) -> Tensor![f32;] {
    match k {
        0 => x * 2.0,
        1 => x * 3.0,
    }
}

fn main() {}
