// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn grow(x: &Tensor![f32; 3, 3]) -> Tensor![f32; 3, 3] {
    let mut y = x.clone();
    y[0][1] = x[0][0];
    y
}

fn main() {}
