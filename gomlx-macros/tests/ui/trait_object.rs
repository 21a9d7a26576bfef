// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A trait object has no structure to compile for.

use gomlx::prelude::*;

trait Layer {
    fn weight(&self) -> &Tensor<f32>;
}

#[graph]
fn apply(layer: &dyn Layer, x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x * layer.weight()
}

fn main() {}
