// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A traced tensor in a message.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    if N > 3 {
        panic!("too long: {x:?}");
    }
    x.clone()
}

fn main() {}
