// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A call without `&`.

use gomlx::prelude::*;

#[graph]
fn double(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x * 2.0
}

fn main() {
    double(Tensor::<f32>::zeros(&[2]));
}
