// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A loss that is a number of the host.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    grad(x, |x| x.dim(0) as f32)
}

fn main() {}
