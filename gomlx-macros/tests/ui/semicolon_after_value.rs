// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A result that a semicolon drops.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let y = x * 2.0;
    y + 1.0;
}

fn main() {}
