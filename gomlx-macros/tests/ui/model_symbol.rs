// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

model! {
    pub Dense<IN> {
        weight: Tensor![f32; IN, OUT] = zeros(),
    }
}

fn main() {}
