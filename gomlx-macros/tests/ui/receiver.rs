// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A receiver that is a smart pointer.

use gomlx::prelude::*;

#[derive(Tree)]
struct Scale {
    by: Tensor<f32>,
}

impl Scale {
    #[graph]
    fn apply(self: Box<Self>, x: &Tensor![f32; N]) -> Tensor![f32; N] {
        x * self.by
    }
}

fn main() {}
