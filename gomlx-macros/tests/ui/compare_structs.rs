// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Host values that do not compare.

use gomlx::prelude::*;

#[derive(Clone, Tree)]
struct Config {
    width: usize,
    scale: Tensor<f32>,
}

#[graph]
fn f(x: &Tensor![f32; N], a: &Config, b: &Config) -> Tensor![f32; N] {
    if a == b { x * 2.0 } else { x.clone() }
}

fn main() {}
