// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn grow(x: &Tensor![f32; 3, 3]) -> Tensor![f32; 3, 3] {
    let mut y = x.clone();
    double(&mut y[0]);
    y
}

fn double(x: &mut Tensor<f32>) {
    *x *= 2.0;
}

fn main() {}
