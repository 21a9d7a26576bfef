// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `#[graph]` on a block that is not a trait's.

use gomlx::prelude::*;

struct Layer;

#[graph]
impl Layer {
    fn forward(x: &Tensor![f32; B]) -> Tensor![f32; B] {
        x.clone()
    }
}

fn main() {
    Layer::forward(&Tensor::zeros(&[1]));
}
