// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A `Vec` that a tensor indexes.

use gomlx::prelude::*;

#[graph]
fn expert(experts: &Vec<Tensor![f32; N]>, which: &Tensor![i32;]) -> Tensor![f32; N] {
    experts[which].clone()
}

fn main() {}
