// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A parameter whose type is no tree.

use gomlx::prelude::*;

struct Config {
    depth: usize,
}

#[graph]
fn deep(x: &Tensor![f32; N], config: &Config) -> Tensor![f32; N] {
    let mut y = x.clone();
    for _ in 0..config.depth {
        y = y.tanh();
    }
    y
}

fn main() {}
