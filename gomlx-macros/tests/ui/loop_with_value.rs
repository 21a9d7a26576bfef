// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

// A loop of the graph that gives a value.

use gomlx::prelude::*;

#[graph]
fn root(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    let root = loop {
        let next = 0.5 * (y + x / y);
        if (next - y).abs() < 1e-6 {
            break next;
        }
        y = next;
    };
    root * 2.0
}

fn main() {}
