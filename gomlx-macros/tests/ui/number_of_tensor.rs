// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A tensor where a `let` says a number.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let largest: f32 = x.max();
    x / largest
}

fn main() {}
