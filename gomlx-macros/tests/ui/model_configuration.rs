// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A host value without its value.

use gomlx::prelude::*;

model! {
    Attention<D> {
        query: Tensor![f32; D, D] = glorot_uniform(),
        heads: usize,
    }
}

fn main() {}
