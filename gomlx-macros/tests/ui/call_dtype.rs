// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A call with a tensor of another element type.

use gomlx::prelude::*;

#[graph]
fn double(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x * 2.0
}

fn main() {
    double(&Tensor::<i32>::zeros(&[2]));
}
