// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

model! {
    Dense {
        weight: Tensor![f32; 3] = zeros(),
    }

    fn init(&self) -> Tensor![f32; 3] {
        self.weight.clone()
    }
}

model! {
    First {
        weight: Tensor![f32; 3] = zeros(),
    }
    Second {
        weight: Tensor![f32; 3] = zeros(),
    }
}

fn main() {}
