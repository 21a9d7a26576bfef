// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// One axis named twice.

use gomlx::prelude::*;

#[graph]
fn total(x: &Tensor![f32; A, B]) -> Tensor![f32;] {
    x.sum_axis([0, -2])
}

fn main() {}
