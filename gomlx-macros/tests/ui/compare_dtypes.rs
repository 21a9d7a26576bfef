// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Tensors of two element types compared.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N], n: &Tensor![i32; N]) -> Tensor![bool; N] {
    x < n
}

fn main() {}
