// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A `Vec` of layers does not say how many there are.

use gomlx::prelude::*;

model! {
    Block<D> {
        weight: Tensor![f32; D, D] = glorot_uniform(),
    }
}

model! {
    Deep<D> {
        blocks: Vec<Block<D>>,
    }
}

fn main() {}
