// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Semicolons between fields.

use gomlx::prelude::*;

model! {
    Dense<D> {
        weight: Tensor![f32; D] = zeros();
        bias: Tensor![f32; D] = zeros();
    }
}

fn main() {}
