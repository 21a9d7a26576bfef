// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn rows(x: &Tensor![f32; B, 784]) -> Tensor![f32; B] {
    x.sum_axis(2)
}

fn main() {}
