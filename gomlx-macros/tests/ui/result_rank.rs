// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn loss(x: &Tensor![f32; B, 784]) -> Tensor![f32;] {
    x.square().sum_axis(-1)
}

fn main() {}
