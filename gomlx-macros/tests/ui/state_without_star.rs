// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// State that is assigned without `*`.

use gomlx::prelude::*;

#[graph]
fn step(w: &mut Tensor![f32; N], g: &Tensor![f32; N]) {
    w = w - g;
}

fn main() {}
