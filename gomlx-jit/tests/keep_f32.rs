// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The switch that keeps 16-bit floats in `f32` until they are stored. It holds for a whole process, so each setting
//! runs in its own process.

use std::process::Command;
use std::sync::Arc;

use gomlx_files::environment::KEEP_F32;
use gomlx_ir::{Backend, Buffer, Builder, DType, Donation, Function, HostTensor, Module, Shape, bf16};
use gomlx_jit::{JitBackend, keep_f32};

/// `(x + y) - x`. With rounding after each op, a small `y` is lost.
fn difference(x: f32, y: f32) -> f32 {
    let mut f = Function::new("main");
    let shape = Shape::new(DType::BF16, &[9]);
    let (a, b) = (f.add_param(shape.clone(), Donation::Keep), f.add_param(shape, Donation::Keep));
    let builder = &mut Builder::new(&mut f, Function::BODY);
    let sum = builder.add(a, b);
    let rest = builder.sub(sum, a);
    f.set_results(vec![rest]);
    let tensor = |x: f32| Buffer::Host(Arc::new(HostTensor::new(&[9], &[bf16::from_f32(x); 9]).expect("nine elements")));
    let mut outputs = vec![];
    let executable = JitBackend.compile(&Module::new(f)).expect("compiles");
    executable.run(&mut vec![tensor(x), tensor(y)], &mut outputs).expect("runs");
    let result = outputs[0].to_host().expect("host memory");
    let result = result.to_f64_vec();
    assert!(result.iter().all(|r| *r == result[0]), "vector lanes and remaining elements agree: {result:?}");
    result[0] as f32
}

#[test]
fn rounding_is_after_each_op_or_at_the_end() {
    println!("keep_f32 is {}", keep_f32());
    assert_eq!(difference(256.0, 0.5), if keep_f32() { 0.5 } else { 0.0 });
}

#[test]
fn the_environment_says_which() {
    for (value, kept) in [(None, "false"), (Some("0"), "false"), (Some("1"), "true")] {
        let mut command = Command::new(std::env::current_exe().expect("a test program has a path"));
        command.args(["--exact", "rounding_is_after_each_op_or_at_the_end", "--nocapture"]).env_remove(KEEP_F32.name);
        command.envs(value.map(|v| (KEEP_F32.name, v)));
        let output = command.output().expect("the test program starts again");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.contains(&format!("keep_f32 is {kept}")), "{value:?}: {printed}");
    }
}
