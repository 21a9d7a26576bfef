// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An attribute that fields do not have.

use gomlx::prelude::*;

#[derive(Tree)]
struct Norm {
    scale: Tensor<f32>,
    #[tree(skip)]
    mean: Tensor<f32>,
}

fn main() {}
