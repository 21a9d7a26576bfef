// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn images(x: &Tensor![f32; 16, 784]) -> Tensor![f32; 16, 28, 27] {
    x.reshape([16, 28, 27])
}

fn main() {}
