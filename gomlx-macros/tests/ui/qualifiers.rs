// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
async fn later(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x.exp()
}

#[graph]
unsafe extern "C" fn foreign(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x.exp()
}

#[graph]
const fn early(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x.exp()
}

fn main() {}
