// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

model! {
    pub Dense<const IN: usize> {
        weight: Tensor![f32; IN] = zeros(),
    }
}

fn main() {}
