// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A call with too few arguments.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N], y: &Tensor![f32; N]) -> Tensor![f32; N] {
    x + y
}

#[graph]
fn g(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    f(x)
}

fn main() {}
