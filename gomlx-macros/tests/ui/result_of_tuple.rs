// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn both(x: &Tensor![f32; N, 2]) -> (Tensor![f32; N, 2], Tensor![f32; 3, N]) {
    (x.exp(), x.t())
}

fn main() {}
