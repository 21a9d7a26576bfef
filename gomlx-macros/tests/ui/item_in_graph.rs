// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An element read while the graph is traced.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let largest = x.max().item().unwrap();
    x / largest
}

fn main() {}
