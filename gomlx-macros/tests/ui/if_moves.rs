// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

#[graph]
fn sum(x: &Tensor![f32;]) -> Tensor![f32;] {
    let lock = std::sync::Mutex::new(x.clone());
    let guard = lock.lock().unwrap();
    if x > 0.0 { use_up(guard) } else { x.clone() }
}

fn use_up(guard: std::sync::MutexGuard<Tensor<f32>>) -> Tensor<f32> {
    guard.clone()
}

fn main() {}
