// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn value(x: &Tensor![f32; N, 4]) -> Tensor<f32> {
    if x.sum().gt(0.0) { x.clone() } else { x.sum_axis(-1) }
}

#[graph]
fn variable(x: &Tensor![f32; N, 4], k: &Tensor![i32;]) -> Tensor<f32> {
    let mut y = x.clone();
    match k {
        0 => y = x.t(),
        1..=3 => y = x.sum(),
        _ => {}
    }
    y
}

fn main() {}
