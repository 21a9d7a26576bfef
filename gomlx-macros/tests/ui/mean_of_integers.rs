// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A mean of integers.

use gomlx::prelude::*;

#[graph]
fn center(x: &Tensor![i32; N]) -> Tensor![i32;] {
    x.mean()
}

fn main() {}
