// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A host value that only the graph knows.

use gomlx::prelude::*;

#[graph]
fn rows(x: &Tensor![f32; N], n: usize) -> Tensor<f32> {
    x[..n]
}

#[graph]
fn f(x: &Tensor![f32; N], n: &Tensor![i32;]) -> Tensor<f32> {
    rows(x, n)
}

fn main() {}
