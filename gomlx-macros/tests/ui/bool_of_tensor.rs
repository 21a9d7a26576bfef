// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A comparison of tensors as a `bool`.

use gomlx::prelude::*;

#[graph]
fn clip(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let large: bool = x.max() > 1.0;
    if large { x / 2.0 } else { x.clone() }
}

fn main() {}
