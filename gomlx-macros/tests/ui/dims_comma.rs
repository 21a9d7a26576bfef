// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A comma in the place of the semicolon.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32, N]) -> Tensor![f32;] {
    x.sum()
}

fn main() {}
