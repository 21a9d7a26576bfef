// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A dim that is left open.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; _, 3]) -> Tensor![f32;] {
    x.sum()
}

fn main() {}
