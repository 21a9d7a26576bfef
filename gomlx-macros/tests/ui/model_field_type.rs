// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A field without its type.

use gomlx::prelude::*;

model! {
    Dense<IN, OUT> {
        weight = glorot_uniform(),
    }
}

fn main() {}
