// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A field of a type that is no model and has no value.

use gomlx::prelude::*;

model! {
    Net<D> {
        weight: Tensor![f32; D] = zeros(),
        cache: std::collections::HashMap<String, usize>,
    }
}

fn main() {}
