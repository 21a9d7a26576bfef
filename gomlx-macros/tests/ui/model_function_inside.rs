// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A function between the fields.

use gomlx::prelude::*;

model! {
    Scale<N> {
        by: Tensor![f32; N] = ones(),
        fn forward(&self, x: &Tensor![f32; N]) -> Tensor![f32; N] {
            x * self.by
        }
    }
}

fn main() {}
