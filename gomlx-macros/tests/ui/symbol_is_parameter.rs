// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn scale(x: &Tensor![f32; y], y: &Tensor![f32;]) -> Tensor![f32; y] {
    x * y
}

fn main() {}
