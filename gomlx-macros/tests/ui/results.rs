// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn borrowed(x: &Tensor<f32>) -> &Tensor<f32> {
    x
}

#[graph]
fn hidden(x: &Tensor<f32>) -> impl Tree {
    x.clone()
}

fn main() {}
