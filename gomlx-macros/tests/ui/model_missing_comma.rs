// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Fields without a comma between them.

use gomlx::prelude::*;

model! {
    Dense<D> {
        weight: Tensor![f32; D] = zeros()
        bias: Tensor![f32; D] = zeros(),
    }

    fn forward(&self, x: &Tensor![f32; B, D]) -> Tensor![f32; B, D] {
        x * self.weight + self.bias
    }
}

fn main() {}
