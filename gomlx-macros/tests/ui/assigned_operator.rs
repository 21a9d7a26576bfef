// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn shift(x: &Tensor![i32; 3]) -> Tensor![i32; 3] {
    let mut y = x.clone();
    y[0] <<= 1;
    y
}

fn main() {}
