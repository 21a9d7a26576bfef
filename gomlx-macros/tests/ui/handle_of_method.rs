// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A method hangs its siblings on its type.

use gomlx::prelude::*;

#[derive(Tree)]
struct Scale {
    by: Tensor<f32>,
}

impl Scale {
    #[graph(handle = scaling)]
    fn apply(&self, x: &Tensor![f32; N]) -> Tensor![f32; N] {
        x * self.by
    }
}

fn main() {}
