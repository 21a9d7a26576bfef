// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

// Three mistakes of one function are three errors, and its uses are none.
#[graph]
fn step(w: &mut Tensor![f32; 8, 4], x: &Tensor![f32; B, 8], rate: f32, (a, b): (usize, usize)) -> Tensor![f32; C] {
    *w -= x.t() * rate;
    x.matmul(w).sum_axis(0)
}

fn uses(w: &mut Tensor<f32>, x: &Tensor<f32>) -> gomlx::Result<String> {
    println!("{}", step::STABLEHLO);
    step(w, x, 0.1, (1, 2));
    step::try_call(w, x, 0.1, (1, 2))?;
    Ok(step::lower(w, x, 0.1, (1, 2))?.stablehlo())
}

fn main() {}
