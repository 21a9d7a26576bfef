// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn sgd(w: &Tensor![f32; N], g: &Tensor![f32; N], rate: f32) -> Tensor![f32; N] {
    w - g * rate
}

fn main() {}
