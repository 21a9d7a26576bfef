// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A traced tensor looked at by `dbg!`.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let y = dbg!(x * 2.0);
    y
}

fn main() {}
