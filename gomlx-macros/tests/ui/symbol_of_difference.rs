// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A symbol that only arithmetic names has no size.

use gomlx::prelude::*;

#[graph]
fn windows(x: &Tensor![f32; N + K - 1]) -> Tensor![f32; N] {
    x.slice_axis(0, 0, N)
}

fn main() {}
