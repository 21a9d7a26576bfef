// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A part of a part of the result.

use gomlx::prelude::*;

#[graph]
fn parts(x: &Tensor![f32; N, 2]) -> (Tensor![f32; N, 2], (Tensor![f32; N], Tensor![f32; 3, N])) {
    (x.exp(), (x.sum_axis(1), x.t()))
}

fn main() {}
