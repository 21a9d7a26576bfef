// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph(cache = 3)]
fn square(x: &Tensor<f32>) -> Tensor<f32> {
    x * x
}

fn main() {}
