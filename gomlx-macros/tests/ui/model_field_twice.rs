// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Two fields of one name.

use gomlx::prelude::*;

model! {
    Dense<IN, OUT> {
        weight: Tensor![f32; IN, OUT] = glorot_uniform(),
        weight: Tensor![f32; OUT] = zeros(),
    }
}

fn main() {}
