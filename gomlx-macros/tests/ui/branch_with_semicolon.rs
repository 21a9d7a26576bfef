// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A branch whose value a semicolon drops.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    if x.sum() > 0.0 {
        x * 2.0;
    } else {
        x * 3.0
    }
}

fn main() {}
