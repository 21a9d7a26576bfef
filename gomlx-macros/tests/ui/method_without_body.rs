// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A graph function of a trait, without a body.

use gomlx::prelude::*;

trait Layer {
    #[graph]
    fn forward(&self, x: &Tensor![f32; N]) -> Tensor![f32; N];
}

fn main() {}
