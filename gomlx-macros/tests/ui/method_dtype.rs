// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn root(x: &Tensor![i32; N]) -> Tensor![i32; N] {
    x.sqrt()
}

fn main() {}
