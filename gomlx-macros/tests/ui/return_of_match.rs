// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn choose(k: &Tensor![i32;], x: &Tensor![f32;]) -> Tensor![f32;] {
    match k {
        0 => return x * 2.0,
        _ => {}
    }
    x.clone()
}

fn main() {}
