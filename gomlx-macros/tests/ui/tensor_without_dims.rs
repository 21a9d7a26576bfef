// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

type Row = Tensor![f32];

#[graph]
fn second(x: &Tensor![f32, 3]) -> Tensor![f32;] {
    x.sum()
}

fn main() {}
