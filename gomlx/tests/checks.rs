// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The NaN check. It is switched on for the whole process, so these tests are a program of their own.

#![forbid(unsafe_code)]

use gomlx::prelude::*;
use gomlx::set_nan_check;
use gomlx::testing::on_each_backend;

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
    on_each_backend("nan_is_traced_to_its_op_and_line_on_every_backend", |_| {
        let mut total = Tensor::new(&[2], &[1.0f32, 4.0]).unwrap();
        let x = Tensor::new(&[2], &[0.0, -5.0]).unwrap();
        let error = grow::try_call(&mut total, &x).unwrap_err();
        // The state holds what the call computed, and later calls continue from it.
        assert_eq!(total.to_vec().unwrap(), [1.0, -1.0]);
        let fine = Tensor::new(&[2], &[0.0, 1.0]).unwrap();
        assert_eq!(grow::try_call(&mut total, &fine).unwrap().item().unwrap(), 1.0);
        assert!(matches!(error, gomlx::Error::Execution(_)));
        let message = error.to_string();
        for part in ["E0013", "sqrt of f32[2] made the first NaN", "checks.rs:14:", "f32[2] [1, -1]", "`grow` ran"] {
            assert!(message.contains(part), "`{part}` is missing in:\n{message}");
        }

        // An op of a derivative has the line of the op that it differentiates. Branches and loops are searched too.
        let message = complaint(slope::try_call(&Tensor::zeros(&[2])));
        let line = 1 + include_str!("checks.rs").lines().position(|l| l.trim() == "let root = y.sqrt();").expect("the line above");
        assert!(message.contains(&format!("checks.rs:{line}:")), "{message}");
        let message = complaint(halved::try_call(&Tensor::scalar(0.75f32)));
        let line = 1 + include_str!("checks.rs").lines().position(|l| l.contains("{ y.log() }")).expect("the line above");
        assert!(message.contains("log of f32[] made the first NaN") && message.contains(&format!("checks.rs:{line}:")), "{message}");
    });

    let mut total = Tensor::new(&[2], &[1.0f32, 4.0]).unwrap();
    let x = Tensor::new(&[2], &[f32::NAN, 0.0]).unwrap();
    let message = grow::try_call(&mut total, &x).unwrap_err().to_string();
    assert!(message.contains("argument `x`, f32[2], holds NaN before anything is computed"), "{message}");

    set_nan_check(false);
    assert!(grow::try_call(&mut total, &x).is_ok());
}
