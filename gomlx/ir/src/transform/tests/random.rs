// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Random graphs of smooth ops, branches and loops. Every transform is compared with differences and other transforms.
//!
//! `GOMLX_FUZZ` sets the number of graphs. Each graph is made from its own number.

use gomlx_files::environment::FUZZ;

use super::super::counted::{self, read};
use super::super::{gradient, indexing, jacobian_forward, jacobian_reverse, vmap_function};
use super::*;
use crate::{Axes, Direction, DotDims, RegionId, Shape, UnaryOp, verify};

mod structured;

const GRAPHS: u64 = 40;
const SIZE: usize = 3;

fn pick(numbers: &mut Numbers, n: usize) -> usize {
    (((numbers.next() + 1.0) / 2.0 * n as f64) as usize).min(n - 1)
}

/// A new vector, computed from some of the vectors in `pool`.
fn grow(b: &mut Builder<'_>, numbers: &mut Numbers, pool: &[ValueId], depth: usize) -> ValueId {
    let x = pool[pick(numbers, pool.len())];
    let y = pool[pick(numbers, pool.len())];
    let kinds = if depth == 0 { 18 } else { 22 };
    match pick(numbers, kinds) {
        0 => b.unary(UnaryOp::Sine, x),
        1 => b.unary(UnaryOp::Tanh, x),
        2 => b.unary(UnaryOp::Logistic, x),
        3 => b.mul(x, y),
        4 => b.sub(x, y),
        5 => {
            let square = b.mul(y, y);
            let one = b.full_like(y, 1.0);
            let positive = b.add(square, one);
            b.div(x, positive)
        }
        6 => {
            let sum = b.reduce_sum(x, &[0]);
            let spread = b.broadcast(sum, &[SIZE.into()], &[]);
            b.unary(UnaryOp::Tanh, spread)
        }
        7 => outer_product(b, x, y),
        8 => {
            let both = b.emit(Op::Concatenate(0), &[x, y]).unwrap();
            let op = Op::Slice {
                starts: Axes::from_slice(&[1]),
                limits: [(SIZE + 1).into()].into_iter().collect(),
                strides: Axes::from_slice(&[1]),
            };
            b.emit(op, &[both]).unwrap()
        }
        9 => b.emit(Op::Reverse(Axes::from_slice(&[0])), &[x]).unwrap(),
        10 => {
            let places = b.constant(HostTensor::new(&[SIZE], &[2i32, 0, 2]).unwrap());
            indexing::take_along(b, x, places, 0).unwrap()
        }
        11 => {
            let less = b.compare(Direction::Lt, x, y);
            let (double, sum) = (b.scale(x, 2.0), b.add(x, y));
            b.select(less, double, sum)
        }
        12 => sorted(b, x),
        13 => structured::convolution(b, x, y),
        14 => structured::scatter_add(b, x, y),
        15 => structured::windows(b, x),
        16 => structured::updated(b, x, y),
        17 => structured::batched_product(b, x, y),
        18 => {
            let (less, two) = (b.compare(Direction::Lt, x, y), b.scalar(DType::I32, 2.0));
            let first =
                b.emit(Op::Slice { starts: [0][..].into(), limits: [1.into()][..].into(), strides: [1][..].into() }, &[less]).unwrap();
            let first = b.reshape(first, &[]);
            let index = b.convert(first, DType::I32);
            let index = b.mul(index, two);
            let branches = [0, 1, 2].map(|_| branch(b, |b| grow(b, numbers, pool, depth - 1)));
            let inst = b.emit_inst(Op::Case, &[index], &branches).unwrap();
            b.function.inst(inst).results[0]
        }
        19 => {
            let regions = [0, 1].map(|_| branch(b, |b| grow(b, numbers, pool, depth - 1)));
            let (sum, other) = (b.reduce_sum(x, &[0]), b.reduce_sum(y, &[0]));
            // Sums of the same elements in different order differ by rounding, which could select another branch.
            let apart = b.full_like(other, 0.371);
            let other = b.add(other, apart);
            let less = b.compare(Direction::Lt, sum, other);
            let inst = b.emit_inst(Op::If, &[less], &regions).unwrap();
            b.function.inst(inst).results[0]
        }
        20 => {
            let trips = 1 + pick(numbers, 3);
            let results = counted::emit(b, trips, &[x], |b, i, s| {
                let inner: Vec<ValueId> = pool.iter().copied().chain([s[0], s[0]]).collect();
                let next = grow(b, numbers, &inner, depth - 1);
                let number = b.convert(i, DType::F64);
                let number = b.broadcast(number, &[SIZE.into()], &[]);
                let scaled = b.scale(number, 0.1);
                let sum = b.add(next, scaled);
                Ok(vec![b.unary(UnaryOp::Sine, sum)])
            });
            results.unwrap()[0]
        }
        _ => {
            let table = outer(b, x, y);
            let results = counted::emit(b, SIZE, &[y], |b, i, s| {
                let row = read(b, table, i)?;
                let product = b.mul(row, s[0]);
                Ok(vec![b.add(product, x)])
            });
            let y = results.unwrap()[0];
            b.unary(UnaryOp::Tanh, y)
        }
    }
}

/// A region without parameters that returns one value.
fn branch(b: &mut Builder<'_>, build: impl FnOnce(&mut Builder<'_>) -> ValueId) -> RegionId {
    let region = b.function.add_region();
    let here = std::mem::replace(&mut b.region, region);
    let value = build(b);
    b.region = here;
    b.function.region_mut(region).results = vec![value];
    region
}

fn outer(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    let none = Axes::new();
    let dims =
        DotDims { lhs_batch: none.clone(), rhs_batch: none.clone(), lhs_contracting: none.clone(), rhs_contracting: none, out: DType::F64 };
    b.emit(Op::DotGeneral(dims), &[x, y]).unwrap()
}

/// (x yᵀ) x.
fn outer_product(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    let matrix = outer(b, x, y);
    let dims = DotDims {
        lhs_batch: Axes::new(),
        rhs_batch: Axes::new(),
        lhs_contracting: Axes::from_slice(&[1]),
        rhs_contracting: Axes::from_slice(&[0]),
        out: DType::F64,
    };
    let product = b.emit(Op::DotGeneral(dims), &[matrix, x]).unwrap();
    b.unary(UnaryOp::Tanh, product)
}

fn sorted(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let region = b.function.add_region();
    let params = [0; 2].map(|_| b.function.add_region_param(region, Shape::scalar(DType::F64)));
    let here = std::mem::replace(&mut b.region, region);
    let less = b.compare(Direction::Lt, params[0], params[1]);
    b.region = here;
    b.function.region_mut(region).results = vec![less];
    let inst = b.emit_inst(Op::Sort { axis: 0, stable: true }, &[x], &[region]).unwrap();
    b.function.inst(inst).results[0]
}

/// A random scalar function of two vectors.
fn graph(number: u64) -> (Function, Vec<HostTensor>) {
    let inputs = vec![random(3 * number + 1, &[SIZE]), random(3 * number + 2, &[SIZE])];
    let f = function(&inputs, |b, p| {
        let mut numbers = Numbers(number.wrapping_mul(0x5851_f42d_4c95_7f2d));
        let mut pool = p.to_vec();
        for _ in 0..5 {
            let next = grow(b, &mut numbers, &pool, 2);
            pool.push(next);
        }
        let mut sum = pool[0];
        for &x in &pool[1..] {
            sum = b.add(sum, x);
        }
        let bounded = b.unary(UnaryOp::Sine, sum);
        b.reduce_sum(bounded, &[0])
    });
    (f, inputs)
}

/// A function that computes the gradients by both parameters of `f`.
fn gradients(f: &Function) -> Function {
    let mut g = f.clone();
    let (params, loss) = (g.params().to_vec(), g.results()[0]);
    let found = gradient(&mut g, Function::BODY, 0, loss, &params).unwrap();
    let found = found.iter().zip(&params).map(|(v, &p)| v.unwrap_or_else(|| Builder::new(&mut g, Function::BODY).full_like(p, 0.0)));
    let found = found.collect();
    g.set_results(found);
    g
}

fn close(got: &HostTensor, want: &[f64], tolerance: f64, what: &str, f: &Function) {
    let got = got.to_f64_vec();
    let size = want.iter().fold(1.0f64, |m, x| m.max(x.abs()));
    let worst = got.iter().zip(want).map(|(g, w)| (g - w).abs()).fold(0.0, f64::max);
    assert!(got.len() == want.len() && worst <= tolerance * size, "{what}: {got:?} instead of {want:?}\n{f:?}");
}

fn graphs() -> u64 {
    FUZZ.read(|n| n.parse().ok()).unwrap_or(GRAPHS)
}

/// The step of a difference. It must not cross a kink or a jump, where a smaller step gives another slope.
fn reach(slope: impl Fn(f64) -> f64) -> f64 {
    let straight = |&step: &f64| {
        let (far, near) = (slope(step), slope(step / 10.0));
        (far - near).abs() <= 1e-7 * near.abs().max(1.0)
    };
    [1e-5, 1e-6].into_iter().find(straight).unwrap_or(1e-7)
}

#[test]
fn first_and_second_derivatives_are_the_limits_of_differences() {
    for number in 0..graphs() {
        let (f, inputs) = graph(number);
        let g = gradients(&f);
        verify::verify_function(&g).unwrap();
        let along = random_like(number + 900, &inputs);
        let value = |step: f64| run(&f, &moved(&inputs, &along, step))[0].to_f64_vec()[0];
        let slope = |step: f64| (value(step) - value(-step)) / (2.0 * step);
        let step = reach(slope);
        let slope = slope(step);
        let (ahead, behind) = (moved(&inputs, &along, step), moved(&inputs, &along, -step));
        let found = run(&g, &inputs);
        let by_gradient = tensor(&[], &[dot(&found, &along)]);
        close(&by_gradient, &[slope], 1e-7, &format!("graph {number}: gradient"), &f);
        let forward = jvp_function(&f).unwrap();
        verify::verify_function(&forward).unwrap();
        let results = run(&forward, &[&inputs[..], &along[..]].concat());
        close(&results[1], &[slope], 1e-7, &format!("graph {number}: jvp"), &f);

        // Forward mode over reverse mode.
        let second = jvp_function(&g).unwrap();
        verify::verify_function(&second).unwrap();
        let products = run(&second, &[&inputs[..], &along[..]].concat());
        let (above, below) = (run(&g, &ahead), run(&g, &behind));
        for (i, product) in products[2..].iter().enumerate() {
            let want: Vec<f64> = above[i].to_f64_vec().iter().zip(below[i].to_f64_vec()).map(|(a, b)| (a - b) / (2.0 * step)).collect();
            close(product, &want, 1e-6, &format!("graph {number}: hessian-vector product {i}"), &f);
        }
        // Reverse mode over reverse mode. The Hessian is symmetric.
        let third = vjp_function(&g).unwrap();
        verify::verify_function(&third).unwrap();
        let pulled = run(&third, &[&inputs[..], &along[..]].concat());
        for (i, product) in products[2..].iter().enumerate() {
            close(&pulled[2 + i], &product.to_f64_vec(), 1e-9, &format!("graph {number}: vjp of gradient {i}"), &f);
        }
        // Reverse mode over forward mode.
        let fourth = vjp_function(&forward).unwrap();
        let ones = [tensor(&[], &[0.0]), tensor(&[], &[1.0])];
        let pulled = run(&fourth, &[&inputs[..], &along[..], &ones[..]].concat());
        for (i, product) in products[2..].iter().enumerate() {
            close(&pulled[2 + i], &product.to_f64_vec(), 1e-9, &format!("graph {number}: vjp of jvp {i}"), &f);
        }
    }
}

#[test]
fn batches_are_their_examples() {
    const EXAMPLES: usize = 4;
    for number in 0..graphs() {
        let (f, _) = graph(number);
        let g = gradients(&f);
        let inputs = [random(number + 50, &[EXAMPLES, SIZE]), random(number + 70, &[EXAMPLES, SIZE])];
        for each in [[true, true], [true, false]] {
            let example = |i: usize| -> Vec<HostTensor> {
                let row = |x: &HostTensor, i: usize| tensor(&[SIZE], &x.to_f64_vec()[i * SIZE..(i + 1) * SIZE]);
                vec![row(&inputs[0], i), row(&inputs[1], if each[1] { i } else { 0 })]
            };
            let given = [inputs[0].clone(), if each[1] { inputs[1].clone() } else { example(0)[1].clone() }];
            for (what, one) in [("vmap", &f), ("vmap of grad", &g), ("vmap of hessian", &jvp_of(&g))] {
                let batched = vmap_function(one, EXAMPLES, &padded(&each, one.params().len())).unwrap();
                verify::verify_function(&batched).unwrap();
                let along = random_like(5, &given);
                let extra = |x: &[HostTensor]| -> Vec<HostTensor> { if one.params().len() > 2 { x.to_vec() } else { vec![] } };
                let got = run(&batched, &[&given[..], &extra(&along)].concat());
                let rows: Vec<Vec<HostTensor>> = (0..EXAMPLES)
                    .map(|i| {
                        let row = |x: &HostTensor| {
                            if x.dims().len() == 2 { tensor(&[SIZE], &x.to_f64_vec()[i * SIZE..(i + 1) * SIZE]) } else { x.clone() }
                        };
                        let along: Vec<HostTensor> = along.iter().map(row).collect();
                        run(one, &[&example(i)[..], &extra(&along)].concat())
                    })
                    .collect();
                for (k, got) in got.iter().enumerate() {
                    let want: Vec<f64> = rows.iter().flat_map(|row| row[k].to_f64_vec()).collect();
                    close(got, &want, 1e-12, &format!("graph {number}: {what} {each:?}, result {k}"), one);
                }
            }
            // The gradient of a sum over examples consists of the gradients of the examples, or is their sum.
            let batched = vmap_function(&f, EXAMPLES, &each).unwrap();
            let pulled = run(&vjp_function(&batched).unwrap(), &[&given[..], &[tensor(&[EXAMPLES], &[1.0; EXAMPLES])]].concat());
            let rows: Vec<Vec<HostTensor>> = (0..EXAMPLES).map(|i| run(&g, &example(i))).collect();
            for k in 0..2 {
                let all: Vec<f64> = rows.iter().flat_map(|row| row[k].to_f64_vec()).collect();
                let want = if each[k] { all } else { (0..SIZE).map(|j| all.iter().skip(j).step_by(SIZE).sum()).collect() };
                close(&pulled[1 + k], &want, 1e-11, &format!("graph {number}: grad of vmap {each:?}, parameter {k}"), &f);
            }
        }
    }
}

#[test]
fn jacobians_of_gradients_are_symmetric_and_alike() {
    for number in 0..graphs() / 2 {
        let (f, inputs) = graph(number);
        let matrices = [jacobian_forward, jacobian_reverse].map(|jacobian| {
            let mut h = gradients(&f);
            let (x, by_x) = (h.params()[0], h.results()[0]);
            let found = jacobian(&mut h, Function::BODY, 0, by_x, &[x]).unwrap();
            let Some(found) = found[0] else { return vec![0.0; SIZE * SIZE] };
            h.set_results(vec![found]);
            verify::verify_function(&h).unwrap();
            run(&h, &inputs)[0].to_f64_vec()
        });
        for i in 0..SIZE * SIZE {
            let transposed = i % SIZE * SIZE + i / SIZE;
            let size = matrices[0].iter().fold(1.0f64, |m, x| m.max(x.abs()));
            assert!((matrices[0][i] - matrices[1][i]).abs() < 1e-10 * size, "graph {number}: {matrices:?}\n{f:?}");
            assert!((matrices[0][i] - matrices[0][transposed]).abs() < 1e-10 * size, "graph {number}: {matrices:?}\n{f:?}");
        }
    }
}

fn jvp_of(g: &Function) -> Function {
    jvp_function(g).unwrap()
}

/// The batching flags of the parameters, repeated for their tangents.
fn padded(each: &[bool], len: usize) -> Vec<bool> {
    each.iter().copied().cycle().take(len).collect()
}
