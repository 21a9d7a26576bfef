// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// `!` on numbers.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    !x
}

fn main() {}
