// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn grow(x: &Tensor![f32; N, 4]) -> Tensor<f32> {
    let mut y = x.clone();
    while y.sum().lt(10.0) {
        y = y.expand_dims(0);
    }
    y
}

#[graph]
fn sum(x: &Tensor![f32; 5, 4]) -> Tensor<f32> {
    let mut total = x.sum();
    for row in rolled(x) {
        total = total + row;
    }
    total
}

fn main() {}
