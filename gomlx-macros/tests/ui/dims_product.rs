// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A product without `*`.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; 2N]) -> Tensor![f32;] {
    x.sum()
}

fn main() {}
