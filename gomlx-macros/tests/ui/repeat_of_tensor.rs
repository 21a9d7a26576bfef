// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A size that only the graph knows.

use gomlx::prelude::*;

#[graph]
fn f(n: &Tensor![i32;]) -> Tensor<f32> {
    Tensor::zeros(&[n])
}

fn main() {}
