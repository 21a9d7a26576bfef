// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The switch that leaves 16-bit floats in `f32` until they are stored; a process of its own, for it holds for all of it.

use std::sync::Arc;

use gomlx_ir::{Backend, Buffer, Builder, DType, Donation, Function, HostTensor, Module, Shape, bf16};
use gomlx_jit::{JitBackend, set_keep_f32};

/// `(x + y) - x`: rounded after each op, small `y` are lost.
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
    assert!(result.iter().all(|r| *r == result[0]), "lanes and what is left of them agree: {result:?}");
    result[0] as f32
}

#[test]
fn rounding_is_after_each_op_or_at_the_end() {
    assert_eq!(difference(256.0, 0.5), 0.0);
    set_keep_f32(true);
    assert_eq!(difference(256.0, 0.5), 0.5);
    set_keep_f32(false);
    assert_eq!(difference(256.0, 0.5), 0.0);
}
