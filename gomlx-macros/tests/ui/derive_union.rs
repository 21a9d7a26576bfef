// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A union is no tree.

use gomlx::prelude::*;

#[derive(Tree)]
union Either {
    number: f32,
    bits: u32,
}

fn main() {}
