// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Programs flush subnormal numbers, on every thread, unless the user keeps them. The switch holds for a whole process,
//! so each test runs in its own process.

#![cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;

use gomlx_files::environment::SUBNORMALS;
use gomlx_ir::testing::{Case, case};
use gomlx_ir::{Backend, BinaryOp, Buffer, DType, DotDims, HostTensor, Op, UnaryOp, f16};
use gomlx_jit::{JitBackend, set_keep_subnormals, with_threads};

/// The elements of all results at one and at two threads.
fn results(case: &Case) -> Vec<f64> {
    let executable = JitBackend.compile(&case.module).expect("the case compiles");
    let run = |threads| {
        with_threads(threads, || {
            let mut outputs = vec![];
            let mut inputs = case.inputs.iter().map(|x| Buffer::Host(Arc::new(x.clone()))).collect();
            executable.run(&mut inputs, &mut outputs).expect("the case runs");
            outputs.iter().flat_map(|o| o.to_host().expect("a host tensor").to_f64_vec()).collect::<Vec<f64>>()
        })
    };
    let one = run(1);
    assert_eq!(run(2), one);
    assert!(black_box(f32::MIN_POSITIVE) * black_box(0.5) > 0.0, "the caller's thread keeps subnormal numbers");
    one
}

/// Results that are zero exactly if subnormal numbers are flushed: of loops, block functions and kernels, in f32 and
/// f64, small and on several threads.
fn products(n: usize) -> Vec<f64> {
    let vector = |x: f32| HostTensor::new(&[n], &vec![x; n]).expect("one element for each position");
    let double = HostTensor::new(&[n], &vec![f64::MIN_POSITIVE; n]).expect("one element for each position");
    // The sizes of a matrix product that runs on several threads.
    let rows = n.min(512);
    let matrix = |x: f32| HostTensor::new(&[rows, rows], &vec![x; rows * rows]).expect("one element for each position");
    let tiny = f32::from_bits(1);
    let inputs = vec![vector(f32::MIN_POSITIVE), vector(tiny), vector(-88.0), double, matrix(tiny), matrix(1.0)];
    let none = || [][..].into();
    let dims =
        DotDims { lhs_batch: none(), rhs_batch: none(), lhs_contracting: [1][..].into(), rhs_contracting: [0][..].into(), out: DType::F32 };
    results(&case("products", inputs, |b, p| {
        let half = b.full_like(p[0], 0.5);
        let large = b.full_like(p[0], 1e30);
        let half_double = b.full_like(p[3], 0.5);
        vec![
            b.binary(BinaryOp::Multiply, p[0], half),
            b.binary(BinaryOp::Multiply, p[1], large),
            b.unary(UnaryOp::Exponential, p[2]),
            b.binary(BinaryOp::Multiply, p[3], half_double),
            b.emit(Op::DotGeneral(dims.clone()), &p[4..]).expect("a case is well-typed"),
        ]
    }))
}

#[test]
fn they_are_flushed_or_kept() {
    let keep = SUBNORMALS.os().is_some_and(|v| v == "keep");
    let check = |keep: bool| {
        for n in [3, 200_000] {
            let products = products(n);
            assert!(products.iter().all(|&x| (x > 0.0) == keep), "{n} elements, keep is {keep}");
        }
    };
    check(keep);
    set_keep_subnormals(!keep);
    check(!keep);
    set_keep_subnormals(keep);
    check(keep);
}

#[test]
fn the_environment_says_which() {
    for value in [None, Some("keep"), Some("flush")] {
        let mut command = Command::new(std::env::current_exe().expect("a test program has a path"));
        command.args(["--exact", "they_are_flushed_or_kept", "--nocapture"]).env_remove(SUBNORMALS.name);
        command.envs(value.map(|v| (SUBNORMALS.name, v)));
        let output = command.output().expect("the test program starts again");
        assert!(output.status.success(), "{value:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// 16-bit floats are numbers of their own type: their subnormal numbers are kept.
#[test]
fn small_half_floats_are_kept() {
    let x = HostTensor::new(&[11], &[f16::from_bits(3); 11]).expect("one element for each position");
    let doubled = results(&case("half", vec![x], |b, p| vec![b.add(p[0], p[0])]));
    assert_eq!(doubled, [f16::from_bits(6).to_f64(); 11]);
}
