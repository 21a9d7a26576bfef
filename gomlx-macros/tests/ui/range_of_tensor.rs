// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A loop that Rust runs, as often as a tensor says.

use gomlx::prelude::*;

#[graph]
fn power(x: &Tensor![f32;], n: &Tensor![i32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    for _ in 1..n {
        y = y * x;
    }
    y
}

fn main() {}
