// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A field by PyTorch's name.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N, M]) -> Tensor![f32;] {
    x.sum() / x.shape[0]
}

fn main() {}
