// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The runtime of graph functions. One program holds many modules, because linking takes longer than running.

#![forbid(unsafe_code)]

mod backends;
mod convolutions;
mod errors;
mod files;
mod gradients;
mod inspection;
mod memo;
mod memory;
mod models;
mod ops;
mod programs;
mod random;
mod signatures;
mod state;
mod tensors;
mod threads;
mod transforms;

use std::panic::{AssertUnwindSafe, catch_unwind};

/// The message of the panic in `body`.
fn panic_of<R>(body: impl FnOnce() -> R) -> String {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(_) => panic!("there was no panic"),
        Err(payload) => match payload.downcast::<String>() {
            Ok(message) => *message,
            Err(payload) => (*payload.downcast::<&str>().expect("a panic has a message")).to_owned(),
        },
    }
}

/// Asserts that a message contains all parts.
#[track_caller]
fn assert_says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "`{part}` is missing in:\n{message}");
    }
}
