// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn maybe(x: &Tensor![f32;], y: &Option<Tensor<f32>>) -> Tensor![f32;] {
    if let Some(y) = y && x > 0.0 { x * y } else { x.clone() }
}

fn main() {}
