// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn mlp(x: &Tensor![f32; B, 784], w1: &Tensor![f32; 784, 512], w2: &Tensor![f32; 256, 10]) -> Tensor![f32; B, 10] {
    let h = x.matmul(w1).relu();
    h.matmul(w2)
}

fn main() {}
