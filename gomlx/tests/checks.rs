// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Checks of what calls compute; a program of its own, for they are switched on for the whole process.

#![forbid(unsafe_code)]

use gomlx::prelude::*;
use gomlx::{set_nan_check, with_backend};

#[graph]
fn grow(total: &mut Tensor![f32; 2], x: &Tensor![f32; 2]) -> Tensor![f32;] {
    *total = &*total + x;
    let root = total.sqrt();
    root.sum()
}

#[graph]
fn slope(x: &Tensor![f32; 2]) -> Tensor![f32; 2] {
    grad(x, |x| {
        let y = x * 2.0;
        let root = y.sqrt();
        (root * 0.0).sum()
    })
}

#[graph]
fn halved(x: &Tensor![f32;]) -> Tensor![f32;] {
    let mut y = x.clone();
    let mut n = Tensor::scalar(0i32);
    while n < 3 {
        y = if y > 0.5 { y - 1.0 } else { y.log() };
        n += 1;
    }
    y
}

/// The message of a call that makes a NaN.
fn complaint<T>(result: gomlx::Result<T>) -> String {
    result.map(|_| ()).expect_err("a NaN is made").to_string()
}

#[test]
fn nan_is_traced_to_its_op_and_line_on_every_backend() {
    set_nan_check(true);
    for backend in ["jit", "eval", "pjrt"] {
        // A plugin that is not installed.
        if gomlx::backend::named(backend).is_err() {
            continue;
        }
        let failed = with_backend(backend, || {
            let mut total = Tensor::new(&[2], &[1.0f32, 4.0]).unwrap();
            let x = Tensor::new(&[2], &[0.0, -5.0]).unwrap();
            let error = grow::try_call(&mut total, &x).unwrap_err();
            // The state is what the call computed, and later calls go on with it.
            assert_eq!(total.to_vec().unwrap(), [1.0, -1.0]);
            let fine = Tensor::new(&[2], &[0.0, 1.0]).unwrap();
            assert_eq!(grow::try_call(&mut total, &fine).unwrap().item().unwrap(), 1.0);
            error
        });
        let error = failed.unwrap();
        assert!(matches!(error, gomlx::Error::Execution(_)));
        let message = error.to_string();
        for part in ["E0013", "sqrt of f32[2] made the first NaN", "checks.rs:13:", "f32[2] [1, -1]", "`grow` ran"] {
            assert!(message.contains(part), "`{part}` is missing in:\n{message}");
        }
    }

    // Derivatives have the lines of what they are of; branches and loops are looked into.
    for backend in ["jit", "eval", "pjrt"].into_iter().filter(|b| gomlx::backend::named(b).is_ok()) {
        with_backend(backend, || {
            let message = complaint(slope::try_call(&Tensor::zeros(&[2])));
            let line = 1 + include_str!("checks.rs").lines().position(|l| l.trim() == "let root = y.sqrt();").expect("the line above");
            assert!(message.contains(&format!("checks.rs:{line}:")), "{message}");
            let message = complaint(halved::try_call(&Tensor::scalar(0.75f32)));
            let line = 1 + include_str!("checks.rs").lines().position(|l| l.contains("{ y.log() }")).expect("the line above");
            assert!(message.contains("log of f32[] made the first NaN") && message.contains(&format!("checks.rs:{line}:")), "{message}");
        })
        .unwrap();
    }

    let mut total = Tensor::new(&[2], &[1.0f32, 4.0]).unwrap();
    let x = Tensor::new(&[2], &[f32::NAN, 0.0]).unwrap();
    let message = grow::try_call(&mut total, &x).unwrap_err().to_string();
    assert!(message.contains("argument `x`, f32[2], holds NaN before anything is computed"), "{message}");

    set_nan_check(false);
    assert!(grow::try_call(&mut total, &x).is_ok());
}
