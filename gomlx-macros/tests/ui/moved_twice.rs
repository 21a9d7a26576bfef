// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A tensor that is given away twice.

use gomlx::prelude::*;

fn take(x: Tensor<f32>) -> Tensor<f32> {
    x * 2.0
}

#[graph]
fn f(x: Tensor![f32; N]) -> Tensor![f32; N] {
    take(x) + take(x)
}

fn main() {}
