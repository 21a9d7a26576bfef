// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `debug!` on every backend. This is a separate program, because the destination of lines is set for the whole
//! process.

#![forbid(unsafe_code)]

use std::sync::{Arc, Mutex};

use gomlx::prelude::*;
use gomlx::testing::on_each_backend;
use gomlx::{custom_vjp, debug, set_debug_output, vmap, with_backend};

/// The lines that `body` prints.
fn printed(body: impl FnOnce()) -> Vec<String> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(|e| e.into_inner());
    let lines = Arc::new(Mutex::new(vec![]));
    let to = lines.clone();
    set_debug_output(Some(Arc::new(move |line: &str| to.lock().unwrap().push(line.to_owned()))));
    body();
    set_debug_output(None);
    let lines = lines.lock().unwrap();
    lines.clone()
}

fn vector(x: &[f32]) -> Tensor<f32> {
    Tensor::new(&[x.len()], x).unwrap()
}

#[graph]
fn line(x: &Tensor![f32; N], scale: &Tensor![f32;]) -> Tensor![f32; N] {
    let y = x * scale;
    debug!("{{x}} = {x}, {} sizes, scale {:.1}", x.rank(), scale);
    debug!("twice");
    debug!("twice");
    debug!("y = {:.2}, unused {:?}", y, (x + 1.0).sum());
    y
}

#[test]
fn lines_are_in_order_and_as_println_formats_them() {
    on_each_backend("debug_lines", |_| {
        let lines = printed(|| {
            for _ in 0..2 {
                line(&vector(&[1.0, 2.0]), &Tensor::scalar(0.5));
            }
        });
        let once = ["{x} = [1.0, 2.0] f32[2], 1 sizes, scale 0.5 f32[]", "twice", "twice", "y = [0.50, 1.00] f32[2], unused 5.0 f32[]"];
        assert_eq!(lines, [once, once].concat());
    });
}

#[test]
fn outside_a_graph_a_line_is_printed_at_once() {
    let x = vector(&[1.0]);
    assert_eq!(printed(|| debug!("x = {x}, {}", 3)), ["x = [1.0] f32[1], 3"]);
}

#[derive(Debug, Clone, Tree)]
struct Pair {
    left: Tensor<f32>,
    right: Option<Tensor<i32>>,
}

#[graph]
fn structure(pair: &Pair, all: &Vec<Tensor<f32>>) -> Tensor<f32> {
    debug!("{pair:?} and {all:?}");
    &pair.left + &all[0]
}

#[test]
fn tensors_in_structures_are_printed_too() {
    on_each_backend("debug_structures", |_| {
        let pair = Pair { left: vector(&[1.5]), right: Some(Tensor::scalar(7)) };
        let lines = printed(|| {
            structure(&pair, &vec![vector(&[2.0])]);
        });
        assert_eq!(lines, ["Pair { left: [1.5] f32[1], right: Some(7 i32[]) } and [[2.0] f32[1]]"]);
    });
}

#[graph]
fn collatz(n: &Tensor![i32;]) -> Tensor![i32;] {
    let mut n = n.clone();
    while n.gt(1) {
        if (&n % 2).eq(0) {
            debug!("{n} is even");
            n = n / 2;
        } else {
            n = n * 3 + 1;
            debug!("to {n}");
        }
    }
    n
}

#[graph]
fn warned(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    if x.max().gt(1.0) {
        debug!("large: {x}");
    }
    for i in rolled(0..2) {
        debug!("i = {i}");
    }
    x.clone()
}

#[test]
fn branches_and_loops_print_what_they_come_to() {
    for backend in ["eval", "jit"] {
        with_backend(backend, || {
            let lines = printed(|| {
                collatz(&Tensor::scalar(6));
            });
            let shown = ["6 is even", "to 10", "10 is even", "5", "to 16", "16 is even", "8 is even", "4 is even", "2 is even"];
            let shown: Vec<String> = shown.iter().filter(|s| **s != "5").map(|s| s.to_string()).collect();
            let shapeless: Vec<String> = lines.iter().map(|l| l.replace(" i32[]", "")).collect();
            assert_eq!(shapeless, shown, "{backend}");

            let lines = printed(|| {
                warned(&vector(&[0.5]));
                warned(&vector(&[2.0]));
            });
            let counts = ["i = 0 i32[]", "i = 1 i32[]"];
            assert_eq!(lines, [&counts[..], &["large: [2.0] f32[1]"], &counts[..]].concat(), "{backend}");
        })
        .unwrap();
    }
}

#[test]
fn pjrt_refuses_lines_inside_branches_and_loops() {
    on_each_backend("debug_in_loops", |backend| {
        if backend.starts_with("pjrt") {
            let message = collatz::try_call(&Tensor::scalar(6)).unwrap_err().to_string();
            for part in ["E0006", "print \"{} is even\" is inside a branch or a loop", "run it on jit or eval", "debugging.rs:"] {
                assert!(message.contains(part), "`{part}` is missing in:\n{message}");
            }
        }
    });
}

#[graph]
fn slope(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    grad(x, |x| {
        let y = x * x;
        debug!("y = {y}");
        if y.sum().gt(0.0) {
            debug!("positive");
        }
        let mut z = y.clone();
        for _ in rolled(0..2) {
            z = &z * x;
            debug!("z = {z}");
        }
        gomlx::checkpoint(&z, |z| {
            debug!("in a checkpoint");
            z.exp()
        })
        .sum()
    })
}

#[test]
fn derivatives_print_what_the_function_prints_once() {
    for backend in ["eval", "jit"] {
        with_backend(backend, || {
            let lines = printed(|| {
                slope(&vector(&[1.0]));
            });
            assert_eq!(lines, ["y = [1.0] f32[1]", "positive", "z = [1.0] f32[1]", "z = [1.0] f32[1]", "in a checkpoint"], "{backend}");
        })
        .unwrap();
    }
}

#[graph]
fn watched(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    grad(x, |x| {
        let same = custom_vjp(
            x,
            |x| (x.clone(), ()),
            |_, ct| {
                debug!("cotangent {ct}");
                ct.clone()
            },
        );
        (same * 3.0).sum()
    })
}

#[graph]
fn each(x: &Tensor![f32; B, N]) -> Tensor![f32; B, N] {
    vmap(x, |row| {
        debug!("row {row}");
        row + 1.0
    })
}

#[test]
fn rules_of_ones_own_and_batches_print() {
    on_each_backend("debug_rules", |_| {
        assert_eq!(
            printed(|| {
                watched(&vector(&[1.0, 2.0]));
            }),
            ["cotangent [3.0, 3.0] f32[2]"]
        );
        let x = Tensor::new(&[2, 1], &[1.0f32, 2.0]).unwrap();
        assert_eq!(
            printed(|| {
                each(&x);
            }),
            ["row [[1.0],\n [2.0]] f32[2, 1]"]
        );
    });
}

#[test]
fn the_text_of_a_graph_has_its_lines() {
    let text = line::lower(&vector(&[1.0]), &Tensor::scalar(0.5)).unwrap().stablehlo();
    assert!(text.contains(r#"stablehlo.custom_call @gomlx.print(%x, %scale) {backend_config = "{{x}} = {}, 1 sizes, scale {:.1}", has_side_effect = true} : (tensor<1xf32>, tensor<f32>) -> ()"#), "{text}");
    let imported = gomlx::import::stablehlo(&text).unwrap();
    let lines = printed(|| {
        imported.call(&[vector(&[4.0]).into(), Tensor::scalar(0.5f32).into()]).unwrap();
    });
    assert_eq!(lines[3], "y = [2.00] f32[1], unused 5.0 f32[]");
}

#[test]
fn a_rerun_that_looks_for_nan_prints_nothing() {
    #[graph]
    fn root(x: &Tensor![f32; N]) -> Tensor![f32; N] {
        debug!("x = {x}");
        x.sqrt()
    }
    let lines = printed(|| {
        gomlx::set_nan_check(true);
        assert!(root::try_call(&vector(&[-1.0])).is_err());
        gomlx::set_nan_check(false);
    });
    assert_eq!(lines, ["x = [-1.0] f32[1]"]);
}
