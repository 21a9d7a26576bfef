// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An attribute that parameters do not have.

use gomlx::prelude::*;

#[graph]
fn step(#[donate] w: &mut Tensor![f32; N], g: &Tensor![f32; N]) {
    *w -= g;
}

fn main() {}
