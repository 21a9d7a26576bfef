// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn larger(x: &Tensor![f32;], y: &Tensor![f32;]) -> Tensor![f32;] {
    let z = if x > y { x } else { y };
    z * 2.0
}

fn main() {}
