// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A part of an input that is assigned.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x[0] = 1.0;
    x.clone()
}

fn main() {}
