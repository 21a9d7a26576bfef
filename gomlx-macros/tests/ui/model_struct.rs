// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

model! {
    pub struct Dense {
        weight: Tensor![f32; 3] = zeros(),
    }
}

fn main() {}
