// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn clip(x: &Tensor![f32;]) -> Tensor![f32;] {
    if x { x / 2.0 } else { x.clone() }
}

fn main() {}
