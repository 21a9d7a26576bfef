// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A tensor in the place of an initialiser.

use gomlx::prelude::*;

model! {
    Dense<D> {
        weight: Tensor![f32; D] = 1.0,
    }

    fn forward(&self, x: &Tensor![f32; D]) -> Tensor![f32; D] {
        x * self.weight
    }
}

fn main() {}
