// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A model that ends after its header.

use gomlx::prelude::*;

model! {
    pub Dense<IN, OUT>
}

fn main() {}
