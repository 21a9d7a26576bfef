// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A type parameter without bounds, which is taken for a size.

use gomlx::prelude::*;

model! {
    Dense<T, D> {
        weight: Tensor![T; D] = ones(),
    }

    fn forward(&self, x: &Tensor![T; D]) -> Tensor![T; D] {
        x * self.weight
    }
}

fn main() {}
