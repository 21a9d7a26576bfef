// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A method by the name that PyTorch has for it.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N, M]) -> Tensor![f32; M, N] {
    x.permute([1, 0])
}

fn main() {}
