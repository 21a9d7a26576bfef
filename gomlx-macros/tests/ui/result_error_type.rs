// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A `Result` with an error of another kind.

use gomlx::prelude::*;

#[graph]
fn f(x: &Tensor![f32; N]) -> Result<Tensor![f32; N], String> {
    if N > 3 {
        return Err("too long".to_string());
    }
    Ok(x.clone())
}

fn main() {}
