// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Backend, BinaryOp, Buffer, Location, Shape};

fn remainder_of(dtype: DType) -> Module {
    let mut f = Function::new("f");
    let x = f.add_param(Shape::new(dtype, &[2]), Donation::Keep);
    let mut b = Builder::new(&mut f, Function::BODY);
    let y = b.binary(BinaryOp::Remainder, x, x);
    f.set_results(vec![y]);
    Module::new(f)
}

#[test]
fn errors_name_the_value_and_the_line() {
    let mut f = Function::new("f");
    let mut b = Builder::new(&mut f, Function::BODY);
    b.location = Some(Location { file: "model.rs".into(), line: 3, column: 9 });
    let y = b.emit(Op::Iota { shape: Shape::new(DType::F32, &[1 << 40, 1 << 40]), axis: 0 }, &[]).unwrap();
    f.set_results(vec![y]);
    let e = evaluate(&Module::new(f), &[]).unwrap_err();
    let shape = "f32[1099511627776, 1099511627776]";
    assert_eq!(e.to_string(), format!("error[E0001]: iota: %0: {shape} is larger than memory can be\n  --> model.rs:3:9"));
}

#[test]
fn inputs_match_the_parameters() {
    let module = remainder_of(DType::F32);
    assert_eq!(evaluate(&module, &[]).unwrap_err().message, "f: takes 1 inputs, 0 were given");
    let wrong = HostTensor::zeros(DType::F32, &[3]).unwrap();
    assert_eq!(evaluate(&module, &[wrong]).unwrap_err().message, "f: input 0 is f32[3], not f32[2]");
}

#[test]
fn the_backend_evaluates() {
    let executable = EvalBackend.compile(&remainder_of(DType::F32)).unwrap();
    let x = Arc::new(t(&[2], &[3f32, 4.0]));
    let (mut inputs, mut outputs) = (vec![EvalBackend.upload(&x).unwrap()], vec![]);
    executable.run(&mut inputs, &mut outputs).unwrap();
    assert!(inputs.is_empty());
    let [Buffer::Host(y)] = outputs.as_slice() else { panic!("one host result") };
    assert_eq!(y.as_slice::<f32>().unwrap(), [0.0, 0.0]);
}
