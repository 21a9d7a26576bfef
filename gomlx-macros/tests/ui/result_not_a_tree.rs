// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A result whose type is no tree.

use gomlx::prelude::*;

struct Stats {
    mean: Tensor<f32>,
}

#[graph]
fn stats(x: &Tensor![f32; N]) -> Stats {
    Stats { mean: x.mean() }
}

fn main() {}
