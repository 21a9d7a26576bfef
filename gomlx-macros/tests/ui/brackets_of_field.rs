// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// Brackets on a field of which the macro does not know that it is a tensor.

use gomlx::prelude::*;

#[derive(Tree)]
struct Beam {
    tokens: Tensor<i32>,
}

#[graph]
fn write(beam: &mut Beam, i: &Tensor![i32;]) {
    beam.tokens[0] = i.clone();
}

fn main() {}
