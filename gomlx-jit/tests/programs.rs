// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares whole programs with the evaluator: fused loops, donated storage, and sizes that need many tiles.

use std::sync::Arc;

use gomlx_ir::testing::{check, uniform};
use gomlx_ir::{
    Backend, BinaryOp, Buffer, Builder, DType, Donation, Executable, Function, HostTensor, Listing, Module, Shape, UnaryOp, ValueId,
    eval::evaluate,
};
use gomlx_jit::{JitBackend, with_threads};

/// A module with one function on `f32` parameters.
fn function(dims: &[&[usize]], build: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> Vec<ValueId>) -> Module {
    let mut f = Function::new("main");
    let params: Vec<ValueId> = dims.iter().map(|d| f.add_param(Shape::new(DType::F32, d), Donation::Keep)).collect();
    let results = build(&mut Builder::new(&mut f, Function::BODY), &params);
    f.set_results(results);
    Module::new(f)
}

fn run(executable: &dyn Executable, inputs: &[HostTensor]) -> Vec<HostTensor> {
    let mut given = inputs.iter().map(|x| Buffer::Host(Arc::new(x.clone()))).collect();
    let mut outputs = vec![];
    executable.run(&mut given, &mut outputs).expect("runs");
    outputs.iter().map(|o| HostTensor::clone(&o.to_host().expect("host memory"))).collect()
}

/// Runs a module on positive inputs. Its results must agree with the evaluator, and one and two threads must give the
/// same bits. Returns the number of steps.
fn agree(module: &Module) -> usize {
    let main = module.main();
    let inputs: Vec<HostTensor> =
        main.params().iter().enumerate().map(|(i, &p)| uniform(DType::F32, &main.shape(p).sizes(), 0.1, 1.0, i as u64)).collect();
    let executable = JitBackend.compile(module).expect("compiles");
    let one = with_threads(1, || run(executable.as_ref(), &inputs));
    check(&one, &evaluate(module, &inputs).expect("evaluates")).expect("agrees with the evaluator");
    assert_eq!(with_threads(2, || run(executable.as_ref(), &inputs)), one);
    executable.listing(Listing::Kernels).expect("has a listing").lines().count()
}

fn along_rows(b: &mut Builder<'_>, like: ValueId, row: ValueId) -> ValueId {
    let dims = b.shape(like).dims.clone();
    b.broadcast(row, &dims, &[0])
}

fn mean(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let n = b.shape(x).size(1) as f64;
    let sum = b.reduce_sum(x, &[1]);
    let mean = b.scale(sum, 1.0 / n);
    along_rows(b, x, mean)
}

#[test]
fn softmax_is_one_loop() {
    let module = function(&[&[300, 1000]], |b, p| {
        let max = b.reduce(BinaryOp::Maximum, p[0], &[1]);
        let max = along_rows(b, p[0], max);
        let shifted = b.sub(p[0], max);
        let e = b.unary(UnaryOp::Exponential, shifted);
        let sum = b.reduce_sum(e, &[1]);
        let sum = along_rows(b, e, sum);
        vec![b.div(e, sum)]
    });
    assert_eq!(agree(&module), 1);
}

#[test]
fn layer_norm_and_its_gradient_are_one_loop_each() {
    let normal = |b: &mut Builder<'_>, x: ValueId| {
        let m = mean(b, x);
        let centred = b.sub(x, m);
        let squares = b.mul(centred, centred);
        let variance = mean(b, squares);
        let epsilon = b.full_like(variance, 1e-5);
        let variance = b.add(variance, epsilon);
        let inverse = b.unary(UnaryOp::Rsqrt, variance);
        (b.mul(centred, inverse), inverse)
    };
    let forward = function(&[&[200, 300]], |b, p| vec![normal(b, p[0]).0]);
    assert_eq!(agree(&forward), 1);
    let backward = function(&[&[200, 300], &[200, 300]], |b, p| {
        let (y, inverse) = normal(b, p[0]);
        let product = b.mul(p[1], y);
        let (m, along) = (mean(b, p[1]), mean(b, product));
        let along = b.mul(along, y);
        let dx = b.sub(p[1], m);
        let dx = b.sub(dx, along);
        vec![b.mul(dx, inverse)]
    });
    assert_eq!(agree(&backward), 1);
}

#[test]
fn reductions_over_either_axis_and_both() {
    for dims in [[3000, 70], [70, 3000], [1, 5000], [5000, 1], [257, 513]] {
        agree(&function(&[&dims], |b, p| {
            let e = b.unary(UnaryOp::Exponential, p[0]);
            vec![b.reduce_sum(p[0], &[0]), b.reduce_sum(e, &[1]), b.reduce_sum(p[0], &[0, 1])]
        }));
    }
}

#[test]
fn a_reduction_broadcast_over_its_own_axes_is_written_everywhere() {
    for dims in [vec![3], vec![1000], vec![4, 3], vec![300, 70]] {
        agree(&function(&[&dims], |b, p| {
            let whole: Vec<usize> = (0..dims.len()).collect();
            let like = b.shape(p[0]).dims.clone();
            let total = b.reduce_sum(p[0], &whole);
            let along = whole.iter().map(|&axis| {
                let sum = b.reduce(BinaryOp::Maximum, p[0], &[axis]);
                let kept: Vec<usize> = whole.iter().copied().filter(|&a| a != axis).collect();
                let root = b.unary(UnaryOp::Exponential, sum);
                b.broadcast(root, &like, &kept)
            });
            let mut results: Vec<ValueId> = along.collect();
            results.push(b.broadcast(total, &like, &[]));
            results
        }));
    }
}

/// One Adam step whose parameter and two moments are aliased inputs.
fn adam(n: usize) -> Module {
    let mut f = Function::new("adam");
    let shape = Shape::new(DType::F32, &[n]);
    let state: Vec<ValueId> = (0..3).map(|i| f.add_param(shape.clone(), Donation::Alias(i))).collect();
    let gradient = f.add_param(shape, Donation::Keep);
    let b = &mut Builder::new(&mut f, Function::BODY);
    let decayed = |b: &mut Builder<'_>, old, new, beta: f64| {
        let (old, new) = (b.scale(old, beta), b.scale(new, 1.0 - beta));
        b.add(old, new)
    };
    let first = decayed(b, state[1], gradient, 0.9);
    let square = b.mul(gradient, gradient);
    let second = decayed(b, state[2], square, 0.999);
    let root = b.unary(UnaryOp::Sqrt, second);
    let epsilon = b.full_like(root, 1e-8);
    let root = b.add(root, epsilon);
    let step = b.div(first, root);
    let step = b.scale(step, 1e-3);
    let parameter = b.sub(state[0], step);
    f.set_results(vec![parameter, first, second]);
    Module::new(f)
}

#[test]
fn adam_is_one_loop_in_the_donated_storage() {
    let module = adam(100_003);
    assert_eq!(agree(&module), 1);
    let executable = JitBackend.compile(&module).expect("compiles");
    let tensors: Vec<Arc<HostTensor>> = (0..4).map(|i| Arc::new(uniform(DType::F32, &[100_003], 0.1, 1.0, i))).collect();
    let addresses: Vec<*const u8> = tensors.iter().map(|t| t.bytes().as_ptr()).collect();
    let mut inputs = tensors.into_iter().map(Buffer::Host).collect();
    let mut outputs = vec![];
    executable.run(&mut inputs, &mut outputs).expect("runs");
    for (output, address) in outputs.iter().zip(addresses) {
        assert_eq!(output.to_host().expect("host memory").bytes().as_ptr(), address);
    }
}

#[test]
fn a_donated_input_that_someone_holds_is_left_alone() {
    let module = adam(100);
    let executable = JitBackend.compile(&module).expect("compiles");
    let held: Vec<Arc<HostTensor>> = (0..4).map(|i| Arc::new(uniform(DType::F32, &[100], 0.1, 1.0, i))).collect();
    let before: Vec<HostTensor> = held.iter().map(|t| HostTensor::clone(t)).collect();
    let mut inputs = held.iter().cloned().map(Buffer::Host).collect();
    executable.run(&mut inputs, &mut vec![]).expect("runs");
    assert!(held.iter().zip(&before).all(|(held, before)| **held == *before));
}

#[test]
fn a_donated_input_that_is_read_later_keeps_its_elements_until_then() {
    // The first result is written before the second one reads the input.
    let mut f = Function::new("main");
    let x = f.add_param(Shape::new(DType::F32, &[64, 64]), Donation::Alias(0));
    let b = &mut Builder::new(&mut f, Function::BODY);
    let y = b.unary(UnaryOp::Exponential, x);
    let z = b.transpose(x, &[1, 0]);
    let z = b.add(y, z);
    f.set_results(vec![y, z]);
    agree(&Module::new(f));
}

#[test]
fn parameters_constants_and_reshapes_are_results() {
    agree(&function(&[&[4, 6]], |b, p| {
        let c = b.constant(HostTensor::new(&[2], &[1.0f32, 2.0]).expect("two elements"));
        let reshaped = b.reshape(p[0], &[24usize.into()]);
        let doubled = b.add(p[0], p[0]);
        let reshaped_sum = b.reshape(doubled, &[8usize.into(), 3usize.into()]);
        vec![p[0], c, reshaped, reshaped_sum, doubled, p[0]]
    }));
}

#[test]
fn halves_are_rounded_between_calls() {
    // 9^9 and 30^30 exceed f16 but not f32, and e^-30 is zero in f16.
    let mut f = Function::new("main");
    let x = f.add_param(Shape::new(DType::F16, &[9]), Donation::Keep);
    let mut b = Builder::new(&mut f, Function::BODY);
    let power = b.binary(BinaryOp::Power, x, x);
    let cosine = b.unary(UnaryOp::Cosine, power);
    let e = b.unary(UnaryOp::Exponential, x);
    let rest = b.binary(BinaryOp::Remainder, x, e);
    f.set_results(vec![cosine, rest]);
    let module = Module::new(f);
    let x = gomlx_ir::testing::from_f64(DType::F16, &[9], &[9.0, 1.5, 30.0, -30.0, 2.0, 0.5, 9.0, -20.0, 1.0]);
    let executable = JitBackend.compile(&module).expect("compiles");
    let got = run(executable.as_ref(), std::slice::from_ref(&x));
    check(&got, &evaluate(&module, &[x]).expect("evaluates")).expect("agrees with the evaluator");
}
