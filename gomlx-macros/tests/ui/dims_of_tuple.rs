// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// The dims of a tuple's parts are checked like those of parameters.

use gomlx::prelude::*;

#[graph]
fn affine(x: &Tensor![f32; B, 784], layer: &(Tensor![f32; 512, 10], Tensor![f32; 10])) -> Tensor![f32; B, 10] {
    x.matmul(&layer.0) + layer.1
}

fn main() {}
