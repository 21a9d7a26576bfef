// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A tree that borrows.

use gomlx::prelude::*;

#[derive(Tree)]
struct View<'a> {
    weight: &'a Tensor<f32>,
}

fn main() {}
