// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// `#[fixed]` on a reference.

use gomlx::prelude::*;

#[graph]
fn power(x: &Tensor![f32; N], #[fixed] by: &f32) -> Tensor![f32; N] {
    x * *by
}

fn main() {}
