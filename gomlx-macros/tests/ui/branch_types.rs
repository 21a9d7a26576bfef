// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn pick(x: &Tensor![f32;], k: &Tensor![i32;]) -> Tensor![f32;] {
    if x > 0.0 { x * 2.0 } else { k + 1 }
}

fn main() {}
