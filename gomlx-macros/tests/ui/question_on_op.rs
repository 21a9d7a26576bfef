// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// `?` on an operation, whose mistakes end the trace by themselves.

use gomlx::prelude::*;

#[graph]
fn layer(x: &Tensor![f32; B, 3], w: &Tensor![f32; 3, 2]) -> gomlx::Result<Tensor![f32; B, 2]> {
    Ok(x.matmul(w)?.tanh())
}

fn main() {}
