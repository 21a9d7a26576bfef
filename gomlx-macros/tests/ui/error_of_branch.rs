// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// An error that elements would decide.

use gomlx::prelude::*;

#[graph]
fn root(x: &Tensor![f32; N]) -> gomlx::Result<Tensor![f32; N]> {
    if x.min() < 0.0 {
        return Err(Tensor::<f32>::new(&[1], &[]).unwrap_err());
    }
    Ok(x.sqrt())
}

fn main() {}
