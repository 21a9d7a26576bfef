// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Deep graphs: thousands of early returns nest as deep. They run on the stack of a test, of two MiB.

use gomlx::prelude::*;

use super::{assert_says, error, number, scalar};

/// Counts up to a limit, in an unrolled loop with an exit in each turn.
#[graph]
fn count(x: &Tensor![f32;], limit: &Tensor![f32;], turns: usize) -> Tensor![f32;] {
    let mut y = x.clone();
    for _ in 0..turns {
        y = y + 1.0;
        if y > limit {
            return y * 2.0;
        }
    }
    y
}

#[graph]
fn slope(x: &Tensor![f32;], limit: &Tensor![f32;], turns: usize) -> Tensor![f32;] {
    grad(x, |x| count(x, limit, turns))
}

#[test]
fn thousands_of_early_returns() {
    for backend in ["jit", "eval"] {
        gomlx::with_backend(backend, || {
            for turns in [500, 2000] {
                assert_eq!(number(&count(&scalar(0.0), &scalar(9.5), turns)), 20.0);
                assert_eq!(number(&count(&scalar(0.0), &scalar(1e9), turns)), turns as f32);
            }
            assert_eq!(number(&slope(&scalar(0.0), &scalar(9.5), 500)), 2.0);
        })
        .unwrap();
    }
}

#[test]
fn a_graph_that_is_too_deep_is_an_error() {
    gomlx::with_backend("jit", || {
        let error = error(count::try_call(&scalar(0.0), &scalar(9.5), 10_500));
        assert_says(&error, &["nested", "deep", "at most 10000"]);
    })
    .unwrap();
}
