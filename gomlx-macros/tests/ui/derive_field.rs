// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A field that is no tree.

use gomlx::prelude::*;

#[derive(Tree)]
struct Timed {
    weight: Tensor<f32>,
    since: std::time::Instant,
}

fn main() {}
