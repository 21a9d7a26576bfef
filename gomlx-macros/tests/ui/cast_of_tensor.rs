// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A tensor as a number of the host.

use gomlx::prelude::*;

#[graph]
fn head(x: &Tensor![f32; N], n: &Tensor![i32;]) -> Tensor<f32> {
    x.slice_axis(0, 0, n as usize)
}

fn main() {}
