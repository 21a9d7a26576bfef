// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A const parameter of the `impl` block, which an attribute on the method cannot see.

use gomlx::prelude::*;

#[derive(Tree)]
struct Scale<const N: usize> {
    by: Tensor<f32>,
}

impl<const N: usize> Scale<N> {
    #[graph]
    fn apply(&self, x: &Tensor![f32; B, N]) -> Tensor![f32; B, N] {
        x * self.by
    }
}

fn main() {}
