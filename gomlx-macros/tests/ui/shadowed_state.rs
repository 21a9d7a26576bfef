// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn count(x: &Tensor![f32;], calls: &mut Tensor![f32;]) -> Tensor![f32;] {
    *calls += 1.0;
    if x > 0.0 {
        let calls = x * 2.0;
        return calls;
    }
    x.clone()
}

fn main() {}
