// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A variable that a branch changes, declared without `mut`.

use gomlx::prelude::*;

#[graph]
fn clip(x: &Tensor![f32;]) -> Tensor![f32;] {
    let y = x * 2.0;
    if x > 1.0 {
        y += 1.0;
    }
    y
}

fn main() {}
