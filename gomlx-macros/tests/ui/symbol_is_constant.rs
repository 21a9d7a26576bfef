// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A constant in scope by the name of a symbol.

use gomlx::prelude::*;

const WIDTH: usize = 784;

#[graph]
fn layer(x: &Tensor![f32; B, WIDTH]) -> Tensor![f32; B, WIDTH] {
    x.tanh()
}

fn main() {}
