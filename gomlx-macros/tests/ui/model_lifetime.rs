// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A model that borrows.

use gomlx::prelude::*;

model! {
    View<'a, D> {
        weight: Tensor![f32; D] = zeros(),
    }
}

fn main() {}
