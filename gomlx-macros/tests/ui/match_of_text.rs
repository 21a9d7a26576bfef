// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A tensor matched with what is no number.

use gomlx::prelude::*;

#[graph]
fn f(k: &Tensor![i32;], x: &Tensor![f32;]) -> Tensor![f32;] {
    match k {
        "first" => x * 2.0,
        _ => x * 3.0,
    }
}

fn main() {}
