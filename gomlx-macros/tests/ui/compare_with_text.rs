// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A tensor compared with text.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Tensor![bool; N] {
    x == "a"
}

fn main() {}
