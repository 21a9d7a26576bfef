// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A traced tensor as text.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N], names: &Vec<String>) -> Tensor![f32; N] {
    let name = format!("{}-{}", names[0], x.sum());
    x * name.len()
}

fn main() {}
