// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Dims before the element type.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![N; f32]) -> Tensor![f32;] {
    x.sum()
}

fn main() {}
