// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An initial value in an enum.

use gomlx::prelude::*;

model! {
    enum Layer<D> {
        Scale { by: Tensor![f32; D] = ones() },
        Identity,
    }
}

fn main() {}
