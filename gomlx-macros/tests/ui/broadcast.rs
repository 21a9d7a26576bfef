// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn bias(x: &Tensor![f32; 32, 784], b: &Tensor![f32; 32]) -> Tensor![f32; 32, 784] {
    x * 2.0 + b
}

fn main() {}
