// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A function that changes a variable of a model it borrows.

use gomlx::prelude::*;

model! {
    Norm<D> {
        #[state]
        mean: Tensor![f32; D] = zeros(),
    }

    fn forward(&self, x: &Tensor![f32; B, D]) -> Tensor![f32; B, D] {
        self.mean = self.mean * 0.9 + x.mean_axis(0) * 0.1;
        x - self.mean
    }
}

fn main() {}
