// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn layer(x: &Tensor![f32; B, 784], w: &Tensor![f32; 512, 10], b: &Tensor![f32; 10]) -> Tensor![f32; B, 10] {
    (x.matmul(w) + b).tanh()
}

fn main() {}
