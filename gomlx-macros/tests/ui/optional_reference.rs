// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// References inside the type of a parameter.

use gomlx::prelude::*;

#[graph]
fn attend(x: &Tensor![f32; T, T], mask: Option<&Tensor![bool; T, T]>) -> Tensor![f32; T, T] {
    match mask {
        Some(mask) => select(mask, x, -1e9),
        None => x.clone(),
    }
}

#[graph]
fn total(x: &(&Tensor![f32; N], &Tensor![f32; N])) -> Tensor![f32; N] {
    x.0 + x.1
}

fn main() {}
