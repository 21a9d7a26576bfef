// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Dims inside a type whose parts the macro does not know.

use gomlx::prelude::*;

#[derive(Tree)]
struct Pair<T> {
    first: T,
    second: T,
}

#[graph]
fn sum(pair: &Pair<Tensor![f32; N]>) -> Tensor<f32> {
    pair.first + pair.second
}

fn main() {}
