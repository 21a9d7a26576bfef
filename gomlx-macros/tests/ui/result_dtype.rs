// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn labels(x: &Tensor![f32; N, 10]) -> Tensor![f32; N] {
    x.argmax(-1)
}

fn main() {}
