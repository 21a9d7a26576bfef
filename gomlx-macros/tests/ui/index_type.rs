// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn at(x: &Tensor![f32; 3]) -> Tensor![f32;] {
    x[1.5]
}

fn main() {}
