// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A const parameter that is no size.

use gomlx::prelude::*;

#[graph]
fn scale<const UP: bool>(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    if UP { x * 2.0 } else { x / 2.0 }
}

fn main() {}
