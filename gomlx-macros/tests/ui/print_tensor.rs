// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A traced tensor printed.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let y = x * 2.0;
    println!("x is {x}, y is {:?}", y);
    y
}

fn main() {}
