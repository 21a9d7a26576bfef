// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
struct Layer {
    weight: Tensor<f32>,
}

fn main() {}
