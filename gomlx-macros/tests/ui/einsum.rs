// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn scores(q: &Tensor![f32; B, 8], k: &Tensor![f32; B, 4]) -> Tensor![f32; B, B] {
    gomlx::einsum!("qd,kd->qk", q, k)
}

fn main() {}
