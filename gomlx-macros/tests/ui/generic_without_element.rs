// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An element type without its bound.

use gomlx::prelude::*;

#[graph]
fn f<T>(x: &Tensor![T; N]) -> Tensor![T; N] {
    x.clone()
}

fn main() {}
