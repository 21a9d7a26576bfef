// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An `assert_eq!` on what is only known when the graph runs.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    assert_eq!(x.sum(), 0.0);
    x.clone()
}

fn main() {}
