// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Compares derivatives with central differences in f64, on the reference evaluator.

mod api;
mod contract;
mod control;
mod elementwise;
mod index;
mod layout;
mod linalg;
mod marks;
mod models;
mod random;
mod reduce;
mod table;
mod waste;
mod window;

use super::{forms, jvp_function, vjp_function};
use crate::eval::evaluate;
use crate::{BinaryOp, Builder, DType, Donation, Element, Function, HostTensor, Module, Op, Reducer, ValueId, Window};

/// A stream of numbers, the same in each run (SplitMix64; Steele et al., 2014).
struct Numbers(u64);

impl Numbers {
    /// The next number, in [-1, 1).
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    fn tensor(&mut self, dims: &[usize]) -> HostTensor {
        let elements: Vec<f64> = (0..dims.iter().product()).map(|_| self.next()).collect();
        HostTensor::new(dims, &elements).unwrap()
    }
}

/// A tensor of numbers in [-1, 1).
fn random(seed: u64, dims: &[usize]) -> HostTensor {
    Numbers(seed).tensor(dims)
}

/// A tensor of numbers in [low, high).
fn between(seed: u64, dims: &[usize], low: f64, high: f64) -> HostTensor {
    let elements: Vec<f64> = random(seed, dims).to_f64_vec().into_iter().map(|x| low + (x + 1.0) / 2.0 * (high - low)).collect();
    HostTensor::new(dims, &elements).unwrap()
}

fn tensor<T: Element>(dims: &[usize], elements: &[T]) -> HostTensor {
    HostTensor::new(dims, elements).unwrap()
}

/// A function whose parameters have the shapes of `inputs`.
fn function(inputs: &[HostTensor], build: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> ValueId) -> Function {
    let mut f = Function::new("f");
    let params: Vec<ValueId> = inputs.iter().map(|x| f.add_param(x.shape(), Donation::Keep)).collect();
    let result = build(&mut Builder::new(&mut f, Function::BODY), &params);
    f.set_results(vec![result]);
    f
}

fn run(f: &Function, inputs: &[HostTensor]) -> Vec<HostTensor> {
    evaluate(&Module::new(f.clone()), inputs).unwrap()
}

/// Checks the first and second derivatives of a function.
fn check(inputs: &[HostTensor], build: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> ValueId) {
    let f = function(inputs, build);
    let backward = check_first_order(&f, inputs);
    let cotangents = random_like(99, &run(&f, inputs));
    check_first_order(&backward, &[inputs, &cotangents].concat());
}

/// Compares the tangents with differences, and the cotangents with the tangents. Returns the function that computes
/// cotangents.
fn check_first_order(f: &Function, inputs: &[HostTensor]) -> Function {
    const STEP: f64 = 1e-6;
    let tangents = random_like(7, inputs);
    let forward = jvp_function(f).unwrap();
    let results = run(&forward, &[inputs, &tangents].concat());
    let (values, got) = results.split_at(f.results().len());
    assert_eq!(values, run(f, inputs), "forward mode keeps the values");

    let (ahead, behind) = (run(f, &moved(inputs, &tangents, STEP)), run(f, &moved(inputs, &tangents, -STEP)));
    let floats = |tensors: &[HostTensor]| -> Vec<HostTensor> { tensors.iter().filter(|t| t.dtype() == DType::F64).cloned().collect() };
    for ((got, ahead), behind) in got.iter().zip(floats(&ahead)).zip(floats(&behind)) {
        let want: Vec<f64> = ahead.to_f64_vec().iter().zip(behind.to_f64_vec()).map(|(a, b)| (a - b) / (2.0 * STEP)).collect();
        let got = got.to_f64_vec();
        let error = norm(got.iter().zip(&want).map(|(g, w)| g - w));
        let size = norm(want.iter().copied()).max(1.0);
        assert!(error <= 2e-7 * size, "tangent {got:?}, by differences {want:?}\n{forward:?}");
    }

    let cotangents = random_like(8, values);
    let backward = vjp_function(f).unwrap();
    let results = run(&backward, &[inputs, &cotangents].concat());
    let (values, pulled) = results.split_at(f.results().len());
    assert_eq!(values, run(f, inputs), "reverse mode keeps the values");
    let (by_forward, by_reverse) = (dot(got, &cotangents), dot(pulled, &tangents));
    let size = by_forward.abs().max(by_reverse.abs()).max(1.0);
    assert!(
        (by_forward - by_reverse).abs() <= 1e-11 * size,
        "<cotangent, jvp> = {by_forward}, <vjp, tangent> = {by_reverse}\n{backward:?}"
    );
    backward
}

/// A random tensor for each tensor of element type f64.
fn random_like(seed: u64, tensors: &[HostTensor]) -> Vec<HostTensor> {
    let mut numbers = Numbers(seed);
    tensors.iter().filter(|t| t.dtype() == DType::F64).map(|t| numbers.tensor(t.dims())).collect()
}

/// The inputs, with each f64 input moved along its tangent.
fn moved(inputs: &[HostTensor], tangents: &[HostTensor], step: f64) -> Vec<HostTensor> {
    let mut tangents = tangents.iter();
    let shift = |x: &HostTensor| {
        if x.dtype() != DType::F64 {
            return x.clone();
        }
        let t = tangents.next().unwrap().to_f64_vec();
        let elements: Vec<f64> = x.to_f64_vec().iter().zip(t).map(|(x, t)| x + step * t).collect();
        tensor(x.dims(), &elements)
    };
    inputs.iter().map(shift).collect()
}

fn dot(xs: &[HostTensor], ys: &[HostTensor]) -> f64 {
    assert_eq!(xs.len(), ys.len());
    let products = xs.iter().zip(ys).flat_map(|(x, y)| x.to_f64_vec().into_iter().zip(y.to_f64_vec()));
    products.map(|(x, y)| x * y).sum()
}

fn norm(xs: impl Iterator<Item = f64>) -> f64 {
    xs.map(|x| x * x).sum::<f64>().sqrt()
}

/// The gradient of the sum of a function's result.
fn gradient_of_sum(inputs: &[HostTensor], build: impl FnOnce(&mut Builder<'_>, &[ValueId]) -> ValueId) -> Vec<Vec<f64>> {
    let f = function(inputs, build);
    let backward = vjp_function(&f).unwrap();
    let ones = HostTensor::full(DType::F64, &f.shape(f.results()[0]).sizes(), 1.0).unwrap();
    let results = run(&backward, &[inputs, &[ones]].concat());
    results[1..].iter().map(HostTensor::to_f64_vec).collect()
}

/// `reduce_window` of one operand, with the reducer's identity as the initial value.
fn reduce_window(b: &mut Builder<'_>, op: BinaryOp, window: &Window, x: ValueId) -> ValueId {
    let dtype = b.shape(x).dtype;
    let initial = b.identity(op, dtype);
    forms::reduce_window(b, op, window, x, initial).unwrap()
}
