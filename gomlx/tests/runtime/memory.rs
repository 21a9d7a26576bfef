// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The memory that the backward pass keeps from the forward pass, in bytes of temporaries that the JIT plans.

use gomlx::prelude::*;
use gomlx::{checkpoint, with_backend};

const BATCH: usize = 64;
const WIDTH: usize = 32;
const LAYERS: usize = 12;
/// The bytes of one layer's activations.
const ACTIVATIONS: usize = 4 * BATCH * WIDTH;

fn block(x: &Tensor<f32>, w: &Tensor<f32>) -> Tensor<f32> {
    x.matmul(w).tanh().matmul(w).sin() + x
}

#[graph]
fn layers(x: &Tensor![f32; B, N], w: &Tensor![f32; N, N], #[fixed] kept: bool) -> Tensor![f32; N, N] {
    grad(w, |w| {
        let mut h = x.clone();
        for _ in 0..LAYERS {
            h = if kept { block(&h, w) } else { checkpoint(&(h, w.clone()), |(h, w)| block(h, w)) };
        }
        h.sum()
    })
}

#[graph]
fn steps(x: &Tensor![f32; B, N], w: &Tensor![f32; N, N], #[fixed] kept: bool, #[fixed] trips: usize) -> Tensor![f32; N, N] {
    grad(w, |w| {
        let mut h = x.clone();
        for _ in rolled(0..trips) {
            h = if kept { block(&h, w) } else { checkpoint(&(h.clone(), w.clone()), |(h, w)| block(h, w)) };
        }
        h.sum()
    })
}

fn inputs() -> (Tensor<f32>, Tensor<f32>) {
    let wave = |n: usize| (Tensor::<f32>::arange(n) * 0.37).sin();
    (wave(BATCH * WIDTH).reshape([BATCH, WIDTH]), wave(WIDTH * WIDTH).reshape([WIDTH, WIDTH]) * 0.1)
}

/// A checkpointed layer keeps only its input instead of three activations. The layer at work also has its own
/// activations.
#[test]
fn a_checkpoint_trades_memory_for_arithmetic() {
    with_backend("jit", || {
        let (x, w) = inputs();
        let (plain, again) = (layers::lower(&x, &w, true).unwrap(), layers::lower(&x, &w, false).unwrap());
        let (most, least) = (plain.memory().unwrap().temporaries, again.memory().unwrap().temporaries);
        assert!(most >= 3 * LAYERS * ACTIVATIONS, "{most}");
        assert!(least <= (LAYERS + 6) * ACTIVATIONS, "{least}");
        assert!(again.flops() > plain.flops() && again.flops() < plain.flops() * 3 / 2, "{} and {}", again.flops(), plain.flops());
        gomlx::assert_close!(layers(&x, &w, true), layers(&x, &w, false), 1e-4);
    })
    .unwrap();
}

#[test]
fn a_loop_keeps_of_each_step_what_its_backward_needs() {
    with_backend("jit", || {
        let (x, w) = inputs();
        let temporaries = |kept, trips| steps::lower(&x, &w, kept, trips).unwrap().memory().unwrap().temporaries;
        let per_step = |kept| (temporaries(kept, 20) - temporaries(kept, 10)) / 10;
        // A step keeps the state, tanh and cos, or only the state.
        assert!((2 * ACTIVATIONS..=3 * ACTIVATIONS).contains(&per_step(true)), "{}", per_step(true));
        assert_eq!(per_step(false), ACTIVATIONS);
        gomlx::assert_close!(steps(&x, &w, true, 10), steps(&x, &w, false, 10), 1e-4);
    })
    .unwrap();
}
