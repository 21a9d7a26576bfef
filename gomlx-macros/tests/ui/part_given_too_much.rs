// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A part that what it is given does not broadcast to.

use gomlx::prelude::*;

#[graph]
fn layer(cache: &mut Tensor![f32; 8, 4], keys: &Tensor![f32; 3, 4], at: Tensor![i32;]) -> Tensor![f32; 8, 4] {
    cache[0..2] = keys;
    cache.add_at(&at, keys.sum_axis(1));
    cache.clone()
}

fn main() {}
