// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Waiting inside a graph.

use gomlx::prelude::*;

#[graph]
fn later(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    let scale = async { 2.0 };
    x * scale.await
}

fn main() {}
