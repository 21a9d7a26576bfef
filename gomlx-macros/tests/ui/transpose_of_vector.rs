// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A transpose of one axis.

use gomlx::prelude::*;

#[graph]
fn turn(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x.t()
}

fn main() {}
