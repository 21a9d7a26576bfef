// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn search(x: &Tensor![f32; N]) -> Tensor![f32;] {
    for row in rolled(x) {
        if row < 0.0 {
            return row;
        }
    }
    x.sum()
}

fn main() {}
