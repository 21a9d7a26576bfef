// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Elements read while the graph is traced.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let mut y = x.clone();
    for e in x.to_vec().unwrap() {
        y += e;
    }
    y
}

fn main() {}
