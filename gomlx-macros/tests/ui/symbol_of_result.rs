// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn pad(x: &Tensor![f32; N]) -> Tensor![f32; M] {
    x.clone()
}

fn main() {}
