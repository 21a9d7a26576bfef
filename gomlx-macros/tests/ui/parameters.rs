// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn pattern((x, y): (Tensor<f32>, Tensor<f32>)) -> Tensor<f32> {
    x + y
}

#[graph]
fn closure(x: &Tensor<f32>, f: impl Fn(&Tensor<f32>) -> Tensor<f32>) -> Tensor<f32> {
    f(x)
}

#[graph]
fn slice(x: &[Tensor<f32>]) -> Tensor<f32> {
    x[0].clone()
}

fn main() {}
