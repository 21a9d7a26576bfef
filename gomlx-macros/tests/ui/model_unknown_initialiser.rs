// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An initialiser that there is not.

use gomlx::prelude::*;

model! {
    Dense<D> {
        weight: Tensor![f32; D] = zeroes(),
    }

    fn forward(&self, x: &Tensor![f32; D]) -> Tensor![f32; D] {
        x * self.weight
    }
}

fn main() {}
