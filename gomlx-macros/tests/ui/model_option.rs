// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An optional field that is neither there nor not.

use gomlx::prelude::*;

model! {
    Dense<IN, OUT> {
        weight: Tensor![f32; IN, OUT] = glorot_uniform(),
        bias: Option<Tensor![f32; OUT]>,
    }
}

fn main() {}
