// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What tests on every backend have in common.

use gomlx::Tensor;

/// Runs a test on every backend that is there.
pub(crate) fn on_all(test: impl Fn()) {
    for backend in ["eval", "jit", "pjrt"] {
        // A feature that is off, or a plugin that is not installed.
        if gomlx::backend::named(backend).is_err() {
            continue;
        }
        gomlx::with_backend(backend, &test).unwrap_or_else(|error| panic!("{backend}: {error}"));
    }
}

pub(crate) fn scalar(x: f32) -> Tensor<f32> {
    Tensor::scalar(x)
}

pub(crate) fn vector(elements: &[f32]) -> Tensor<f32> {
    Tensor::new(&[elements.len()], elements).expect("one axis")
}

pub(crate) fn number(x: &Tensor<f32>) -> f32 {
    x.item().expect("one element")
}

pub(crate) fn list(x: &Tensor<f32>) -> Vec<f32> {
    x.to_vec().expect("a concrete tensor")
}

pub(crate) fn assert_close(actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len(), "{actual:?} {expected:?}");
    for (a, e) in actual.iter().zip(expected) {
        assert!((a - e).abs() <= 1e-5 * e.abs().max(1.0), "{actual:?} is not {expected:?}");
    }
}

/// The error of a call that must have one.
pub(crate) fn error<T>(result: gomlx::Result<T>) -> String {
    match result {
        Ok(_) => panic!("this is a mistake"),
        Err(error) => error.to_string(),
    }
}
