// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

const N: usize = 3;

#[graph]
fn lists(x: &Tensor![f32; 1.5], y: &Tensor![f32; "B"], z: &Tensor![f32; self::N], w: &Tensor![f32; N / 2]) -> Tensor![f32;] {
    x.sum() + y.sum() + z.sum() + w.sum()
}

fn main() {}
