// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn halves(x: &Tensor![f32; 2 * N]) -> Tensor![f32; N] {
    x.reshape([2, x.len() / 2]).sum_axis(0)
}

fn main() {}
