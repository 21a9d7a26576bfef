// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An assertion about elements.

use gomlx::prelude::*;

#[graph]
fn root(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    assert!(x.min() >= 0.0, "no negative numbers");
    x.sqrt()
}

fn main() {}
