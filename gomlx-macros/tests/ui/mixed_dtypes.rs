// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn mixed(x: &Tensor![f32; N], n: &Tensor![i32; N]) -> Tensor![f32; N] {
    x + n
}

fn main() {}
