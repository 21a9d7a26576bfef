// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// `#[fixed]` on a field.

use gomlx::prelude::*;

model! {
    Net<D> {
        weight: Tensor![f32; D] = zeros(),
        #[fixed]
        rate: f32 = 0.1,
    }
}

fn main() {}
