// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Runs modules on a real CPU plugin, through the trait that gomlx uses.

use std::sync::Arc;

use gomlx_ir::{Backend, Buffer, Builder, Code, DType, Donation, Executable, Function, HostTensor, Module, Op, Shape};
use gomlx_pjrt::testing::backend_or_skip;

/// `counter + step`, where the counter's buffer is donated to the sum.
fn counting(n: usize) -> Module {
    let mut function = Function::new("count");
    let shape = Shape::new(DType::F32, &[n]);
    let counter = function.add_param(shape.clone(), Donation::Alias(0));
    let step = function.add_param(shape, Donation::Keep);
    let sum = Builder::new(&mut function, Function::BODY).add(counter, step);
    function.set_results(vec![sum]);
    Module::new(function)
}

fn full(n: usize, value: f64) -> Arc<HostTensor> {
    Arc::new(HostTensor::full(DType::F32, &[n], value).unwrap())
}

fn run(executable: &dyn Executable, inputs: &[&Buffer]) -> Buffer {
    let mut inputs: Vec<Buffer> = inputs.iter().map(|&buffer| buffer.clone()).collect();
    let mut outputs = vec![];
    executable.run(&mut inputs, &mut outputs).unwrap();
    assert!(inputs.is_empty() && outputs.len() == 1);
    outputs.remove(0)
}

#[test]
fn state_is_donated_and_written_back() {
    let Some(backend) = backend_or_skip("state_is_donated_and_written_back") else { return };
    for n in [1, 5, 1 << 15] {
        let executable = backend.compile(&counting(n)).unwrap();
        let step = backend.upload(&full(n, 0.5)).unwrap();
        let mut counter = backend.upload(&full(n, 0.0)).unwrap();
        for _ in 0..10 {
            let mut inputs = vec![counter, step.clone()];
            let mut outputs = vec![];
            executable.run(&mut inputs, &mut outputs).unwrap();
            counter = outputs.remove(0);
        }
        assert_eq!(*counter.to_host().unwrap(), *full(n, 5.0));
        assert_eq!(*step.to_host().unwrap(), *full(n, 0.5));
    }
}

/// If someone else holds a buffer, it keeps its elements although its parameter is donated.
#[test]
fn a_shared_buffer_is_copied_instead_of_donated() {
    let Some(backend) = backend_or_skip("a_shared_buffer_is_copied_instead_of_donated") else { return };
    let executable = backend.compile(&counting(4)).unwrap();
    let (one, two) = (backend.upload(&full(4, 1.0)).unwrap(), backend.upload(&full(4, 2.0)).unwrap());
    assert_eq!(*run(&*executable, &[&one, &two]).to_host().unwrap(), *full(4, 3.0));
    assert_eq!(*run(&*executable, &[&one, &one]).to_host().unwrap(), *full(4, 2.0));
    assert_eq!(*one.to_host().unwrap(), *full(4, 1.0));
}

#[test]
fn inputs_in_host_memory_are_brought_to_the_device() {
    let Some(backend) = backend_or_skip("inputs_in_host_memory_are_brought_to_the_device") else { return };
    let executable = backend.compile(&counting(1 << 15)).unwrap();
    let (counter, step) = (full(1 << 15, 1.0), full(1 << 15, 2.0));
    let sum = run(&*executable, &[&Buffer::Host(counter.clone()), &Buffer::Host(step)]);
    assert_eq!(*sum.to_host().unwrap(), *full(1 << 15, 3.0));
    assert_eq!(*counter, *full(1 << 15, 1.0), "donation does not change the host's tensor");
}

#[test]
fn no_inputs_no_elements_and_several_results() {
    let Some(backend) = backend_or_skip("no_inputs_no_elements_and_several_results") else { return };
    let mut function = Function::new("constants");
    let mut builder = Builder::new(&mut function, Function::BODY);
    let scalar = builder.constant(HostTensor::scalar(7i64));
    let empty = builder.emit(Op::Constant(Arc::new(HostTensor::new::<bool>(&[2, 0], &[]).unwrap())), &[]).unwrap();
    function.set_results(vec![scalar, empty, scalar]);
    let mut outputs = vec![];
    backend.compile(&Module::new(function)).unwrap().run(&mut vec![], &mut outputs).unwrap();
    let outputs: Vec<_> = outputs.iter().map(|buffer| buffer.to_host().unwrap()).collect();
    assert_eq!(outputs[0].as_slice::<i64>().unwrap(), [7]);
    assert_eq!(outputs[1].dims(), [2, 0]);
    assert_eq!(outputs[2].as_slice::<i64>().unwrap(), [7]);
}

#[test]
fn wrong_inputs_are_told_before_anything_is_donated() {
    let Some(backend) = backend_or_skip("wrong_inputs_are_told_before_anything_is_donated") else { return };
    let executable = backend.compile(&counting(4)).unwrap();
    let (counter, step) = (backend.upload(&full(4, 1.0)).unwrap(), backend.upload(&full(5, 1.0)).unwrap());
    let Err(error) = executable.run(&mut vec![counter.clone(), step], &mut vec![]) else { panic!("ran") };
    assert_eq!(error.code, Code::Signature);
    assert_eq!(error.message, "argument 1 of `count` is f32[5], but the program takes f32[4]");
    assert_eq!(*counter.to_host().unwrap(), *full(4, 1.0));
}

/// XLA's compiler ends the process on some ops of these types, and sorts others wrongly.
#[test]
fn what_xla_gets_wrong_is_refused_with_its_line() {
    let Some(backend) = backend_or_skip("what_xla_gets_wrong_is_refused_with_its_line") else { return };
    let six = "func.func @main(%x: tensor<3xf32>) -> tensor<3xf32> {
        %0 = stablehlo.convert %x : (tensor<3xf32>) -> tensor<3xf6E3M2FN>
        %1 = stablehlo.convert %0 : (tensor<3xf6E3M2FN>) -> tensor<3xf32>
        return %1 : tensor<3xf32>
    }";
    let two = "func.func @main(%x: tensor<3xi2>) -> tensor<3xi2> {
        %0 = \"stablehlo.sort\"(%x) <{dimension = 0 : i64}> ({
        ^bb0(%p: tensor<i2>, %q: tensor<i2>):
            %g = stablehlo.compare LT, %p, %q : (tensor<i2>, tensor<i2>) -> tensor<i1>
            stablehlo.return %g : tensor<i1>
        }) : (tensor<3xi2>) -> tensor<3xi2>
        return %0 : tensor<3xi2>
    }";
    for (text, says) in [(six, "cannot use f6E3M2FN[3]"), (two, "cannot sort i2[3]")] {
        let module = gomlx_ir::parse::module(text, "narrow.mlir").unwrap();
        let Err(error) = backend.compile(&module) else { panic!("the plugin compiles it") };
        assert_eq!(error.code, Code::Unsupported);
        assert!(error.message.contains(says) && error.to_string().contains("narrow.mlir:2"), "{error}");
    }
}
