// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A range of tensors as an index.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N], i: &Tensor![i32;]) -> Tensor<f32> {
    x[i..i + 2]
}

fn main() {}
