// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Mistakes in what a guard returns and in what follows it, told once though the macro cannot see all of it.

use gomlx::prelude::*;

fn helper(x: &Tensor<f32>) -> Tensor<f32> {
    x.exp()
}

#[graph]
fn layer(x: &Tensor![f32; B, 4], w: &Tensor![f32; 3, 2]) -> Tensor![f32; B, 2] {
    if x.sum() > 0.0 {
        return x.matmul(w);
    }
    if x.sum() < -1.0 {
        return Tensor::<f32>::zeros(&[3]);
    }
    let y = x.matmul(&w.exp());
    helper(&y)
}

fn main() {}
