// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A float as an index.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32;] {
    x[1.0]
}

fn main() {}
