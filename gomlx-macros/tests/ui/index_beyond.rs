// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn element(x: &Tensor![f32; N, 4]) -> Tensor<f32> {
    x.slice(s![.., -5])
}

#[graph]
fn range(x: &Tensor![f32; 5, 4]) -> Tensor<f32> {
    x[2..7].sum()
}

#[graph]
fn axes(x: &Tensor![f32; 5, 4]) -> Tensor<f32> {
    x.at((1, 2, 3))
}

fn main() {}
