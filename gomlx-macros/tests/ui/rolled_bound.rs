// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A bound that counts nothing.

use gomlx::prelude::*;

#[graph]
fn sum(limit: &Tensor![f32;]) -> Tensor![i32;] {
    let mut y = Tensor::scalar(0);
    for i in rolled(0..limit) {
        y += i;
    }
    y
}

fn main() {}
