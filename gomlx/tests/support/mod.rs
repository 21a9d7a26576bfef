// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Helpers that every test program of this crate shares: choosing a backend, making and reading tensors, and looking at
//! errors. Each program uses some of them.

#![allow(dead_code, unused_macros, reason = "each test program uses a part of the helpers")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use gomlx::Tensor;
use gomlx::testing::on_each_backend;

/// Runs a test on every backend. A backend that is not installed is reported as skipped, under the test's name.
pub(crate) fn on_all<F: Fn()>(test: F) {
    on_each_backend(name_of::<F>(), |_| test());
}

/// The path of the test that defines a closure: `programs::attention::masks_are_comparisons`.
fn name_of<F>() -> &'static str {
    std::any::type_name::<F>().trim_end_matches("::{{closure}}")
}

/// Runs a test of the front end, which no backend influences, on the reference evaluator.
pub(crate) fn on_eval<R>(body: impl FnOnce() -> R) -> R {
    gomlx::with_backend("eval", body).expect("the evaluator is always there")
}

pub(crate) fn scalar(x: f32) -> Tensor<f32> {
    Tensor::scalar(x)
}

pub(crate) fn vector(elements: &[f32]) -> Tensor<f32> {
    tensor(&[elements.len()], elements)
}

pub(crate) fn tensor(dims: &[usize], elements: &[f32]) -> Tensor<f32> {
    Tensor::new(dims, elements).expect("as many elements as the dims say")
}

pub(crate) fn number(x: &Tensor<f32>) -> f32 {
    x.item().expect("one element")
}

pub(crate) fn list(x: &Tensor<f32>) -> Vec<f32> {
    x.to_vec().expect("a concrete tensor")
}

#[track_caller]
pub(crate) fn assert_close(actual: &[f32], expected: &[f32]) {
    assert_eq!(actual.len(), expected.len(), "{actual:?} {expected:?}");
    for (a, e) in actual.iter().zip(expected) {
        assert!((a - e).abs() <= 1e-5 * e.abs().max(1.0), "{actual:?} is not {expected:?}");
    }
}

/// The error of a call that must fail.
pub(crate) fn error<T>(result: gomlx::Result<T>) -> String {
    match result {
        Ok(_) => panic!("the call succeeded"),
        Err(error) => error.to_string(),
    }
}

/// The message that `body` panics with.
pub(crate) fn panic_of<R>(body: impl FnOnce() -> R) -> String {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(_) => panic!("there was no panic"),
        Err(payload) => match payload.downcast::<String>() {
            Ok(message) => *message,
            Err(payload) => (*payload.downcast::<&str>().expect("a panic has a message")).to_owned(),
        },
    }
}

/// Asserts that a message has all of the parts.
#[track_caller]
pub(crate) fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is missing in:\n{message}");
    }
}
