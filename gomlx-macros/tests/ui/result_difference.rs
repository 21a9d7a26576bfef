// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A difference of symbols.

use gomlx::prelude::*;

#[graph]
fn shorten(x: &Tensor![f32; N, M]) -> Tensor![f32; N - M, M] {
    x.slice_axis(0, 0, N - M + 2)
}

fn main() {}
