// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An element type that is none.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![float32; N]) -> Tensor![f32;] {
    x.sum()
}

fn main() {}
