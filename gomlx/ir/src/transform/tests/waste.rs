// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The cost of derivatives: arithmetic, memory, and no repeated work.

use super::super::{checkpoint, gradient};
use super::*;
use crate::cost::{flops, peak_bytes};
use crate::rewrite::{cse, optimize};
use crate::{Axes, BinaryOp, Direction, DotDims, GatherDims, UnaryOp, verify};

const TOKENS: usize = 16;
const WIDTH: usize = 32;
const HEADS: usize = 2;
const LAYERS: usize = 12;

fn matmul(b: &mut Builder<'_>, x: ValueId, w: ValueId) -> ValueId {
    let contracting = |axis: usize| Axes::from_slice(&[axis]);
    let rank = b.shape(x).rank();
    let dims = DotDims {
        lhs_batch: Axes::new(),
        rhs_batch: Axes::new(),
        lhs_contracting: contracting(rank - 1),
        rhs_contracting: contracting(0),
        out: b.shape(x).dtype,
    };
    b.emit(Op::DotGeneral(dims), &[x, w]).unwrap()
}

fn mean_last(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let shape = b.shape(x).clone();
    let last = shape.rank() - 1;
    let sum = b.reduce_sum(x, &[last]);
    let mean = b.scale(sum, 1.0 / shape.size(last) as f64);
    let kept: Vec<usize> = (0..last).collect();
    b.broadcast(mean, &shape.dims, &kept)
}

fn layer_norm(b: &mut Builder<'_>, x: ValueId, gain: ValueId, bias: ValueId) -> ValueId {
    let dims = b.shape(x).dims.clone();
    let mean = mean_last(b, x);
    let centered = b.sub(x, mean);
    let square = b.mul(centered, centered);
    let variance = mean_last(b, square);
    let epsilon = b.full_like(variance, 1e-5);
    let shifted = b.add(variance, epsilon);
    let scale = b.unary(UnaryOp::Rsqrt, shifted);
    let normal = b.mul(centered, scale);
    let (gain, bias) = (b.broadcast(gain, &dims, &[1]), b.broadcast(bias, &dims, &[1]));
    let scaled = b.mul(normal, gain);
    b.add(scaled, bias)
}

fn softmax(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let shape = b.shape(x).clone();
    let last = shape.rank() - 1;
    let kept: Vec<usize> = (0..last).collect();
    let largest = b.reduce(BinaryOp::Maximum, x, &[last]);
    let largest = b.broadcast(largest, &shape.dims, &kept);
    let largest = b.stop_gradient(largest);
    let shifted = b.sub(x, largest);
    let exp = b.unary(UnaryOp::Exponential, shifted);
    let sum = b.reduce_sum(exp, &[last]);
    let sum = b.broadcast(sum, &shape.dims, &kept);
    b.div(exp, sum)
}

fn attention(b: &mut Builder<'_>, x: ValueId, w: &[ValueId]) -> ValueId {
    let size = WIDTH / HEADS;
    let heads = [TOKENS.into(), HEADS.into(), size.into()];
    let [q, k, v] = [0, 1, 2].map(|i| {
        let y = matmul(b, x, w[i]);
        b.reshape(y, &heads)
    });
    let dims = |lhs_contracting: usize, rhs_batch: usize, rhs_contracting: usize| DotDims {
        lhs_batch: Axes::from_slice(&[if lhs_contracting == 2 && rhs_contracting == 2 { 1 } else { 0 }]),
        rhs_batch: Axes::from_slice(&[rhs_batch]),
        lhs_contracting: Axes::from_slice(&[lhs_contracting]),
        rhs_contracting: Axes::from_slice(&[rhs_contracting]),
        out: DType::F32,
    };
    let scores = b.emit(Op::DotGeneral(dims(2, 1, 2)), &[q, k]).unwrap();
    let scores = b.scale(scores, 1.0 / (size as f64).sqrt());
    let row = b.emit(Op::Iota { shape: crate::Shape::new(DType::I32, &[HEADS, TOKENS, TOKENS]), axis: 1 }, &[]).unwrap();
    let column = b.emit(Op::Iota { shape: crate::Shape::new(DType::I32, &[HEADS, TOKENS, TOKENS]), axis: 2 }, &[]).unwrap();
    let seen = b.compare(Direction::Ge, row, column);
    let never = b.full_like(scores, -1e30);
    let masked = b.select(seen, scores, never);
    let weights = softmax(b, masked);
    let mixed = b.emit(Op::DotGeneral(dims(2, 1, 0)), &[weights, v]).unwrap();
    let mixed = b.transpose(mixed, &[1, 0, 2]);
    let mixed = b.reshape(mixed, &[TOKENS.into(), WIDTH.into()]);
    matmul(b, mixed, w[3])
}

fn gelu(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let scaled = b.scale(x, std::f64::consts::FRAC_1_SQRT_2);
    let erf = b.unary(UnaryOp::Erf, scaled);
    let one = b.full_like(x, 1.0);
    let sum = b.add(erf, one);
    let half = b.scale(x, 0.5);
    b.mul(half, sum)
}

/// One layer: attention and a network of two layers, each with a normalisation before it and a residual connection.
fn layer(b: &mut Builder<'_>, x: ValueId, w: &[ValueId]) -> ValueId {
    let normal = layer_norm(b, x, w[6], w[7]);
    let attended = attention(b, normal, w);
    let x = b.add(x, attended);
    let normal = layer_norm(b, x, w[8], w[9]);
    let hidden = matmul(b, normal, w[4]);
    let hidden = gelu(b, hidden);
    let out = matmul(b, hidden, w[5]);
    b.add(x, out)
}

fn weights() -> Vec<Vec<usize>> {
    let square = vec![WIDTH, WIDTH];
    let mut dims = vec![square; 4];
    dims.extend([vec![WIDTH, 4 * WIDTH], vec![4 * WIDTH, WIDTH], vec![WIDTH], vec![WIDTH], vec![WIDTH], vec![WIDTH]]);
    dims
}

/// A function of the tokens and of the weights of every layer, and its gradient by these weights.
fn transformer(checkpoints: bool) -> (Function, Function) {
    let mut f = Function::new("transformer");
    let param = |f: &mut Function, dims: &[usize]| f.add_param(crate::Shape::new(DType::F32, dims), Donation::Keep);
    let tokens = param(&mut f, &[TOKENS, WIDTH]);
    let layers: Vec<Vec<ValueId>> = (0..LAYERS).map(|_| weights().iter().map(|dims| param(&mut f, dims)).collect()).collect();
    let mut x = tokens;
    for w in &layers {
        x = if checkpoints {
            let body = f.add_region();
            let args: Vec<ValueId> = std::iter::once(x).chain(w.iter().copied()).collect();
            let params: Vec<ValueId> = args
                .iter()
                .map(|&v| {
                    let shape = f.shape(v).clone();
                    f.add_region_param(body, shape)
                })
                .collect();
            let y = layer(&mut Builder::new(&mut f, body), params[0], &params[1..]);
            f.region_mut(body).results = vec![y];
            checkpoint(&mut f, Function::BODY, body, &args, None).unwrap()[0]
        } else {
            layer(&mut Builder::new(&mut f, Function::BODY), x, w)
        };
    }
    let mut b = Builder::new(&mut f, Function::BODY);
    let square = b.mul(x, x);
    let loss = b.reduce_sum(square, &[0, 1]);
    f.set_results(vec![loss]);
    let mut g = f.clone();
    let by: Vec<ValueId> = layers.concat();
    let found = gradient(&mut g, Function::BODY, 0, loss, &by).unwrap();
    g.set_results(found.into_iter().map(Option::unwrap).collect());
    verify::verify_function(&g).unwrap();
    (f, g)
}

/// The optimised form of a function, as a backend makes it.
fn optimized(f: &Function) -> Function {
    let mut f = f.clone();
    f.drop_marks();
    optimize(&Module::new(f)).main().clone()
}

#[test]
fn the_backward_of_a_transformer_costs_little_more_than_two_forwards() {
    let (f, g) = transformer(false);
    let (forward, both) = (flops(&optimized(&f)), flops(&optimized(&g)));
    let ratio = (both - forward) as f64 / forward as f64;
    assert!(ratio <= 2.2, "the backward takes {ratio:.3} of the forward's {forward} operations");
    // Each forward product needs two in the backward pass, except the products with the first layer's input.
    assert!(ratio > 1.5, "{ratio}");
}

#[test]
fn nothing_is_computed_twice() {
    let (_, g) = transformer(false);
    let once = optimized(&g);
    assert_eq!(cse(&once).body().insts.len(), once.body().insts.len());
    // No tensor of zeros is an operand of an addition.
    let zeros = |v: ValueId| forms::splat(&once, v).is_some_and(|x| x.to_f64_vec() == [0.0]) && once.shape(v).rank() > 0;
    for &id in &once.body().insts {
        let inst = once.inst(id);
        assert!(!matches!(inst.op, Op::Binary(BinaryOp::Add)) || !inst.operands.iter().any(|&v| zeros(v)), "{once:?}");
    }
}

#[test]
fn a_checkpoint_takes_less_memory_and_more_arithmetic() {
    let ((f, plain), (_, kept)) = (transformer(false), transformer(true));
    let (plain, kept) = (optimized(&plain), optimized(&kept));
    let forward = flops(&optimized(&f));
    let (peak, lower) = (peak_bytes(&plain), peak_bytes(&kept));
    // Both versions hold the weights and their gradients.
    let always: usize = plain.params().iter().chain(plain.results()).map(|&v| plain.shape(v).num_bytes()).sum();
    let (peak, lower) = (peak - always as u64, lower - always as u64);
    assert!(lower * 2 < peak, "{lower} bytes at once with checkpoints, {peak} without");
    let more = flops(&kept) - flops(&plain);
    assert!(more <= forward && more * 2 > forward, "{more} operations again, of {forward}");
    let inputs: Vec<HostTensor> = plain
        .params()
        .iter()
        .enumerate()
        .map(|(i, &p)| {
            let shape = plain.shape(p);
            let elements: Vec<f32> = random(i as u64, &shape.sizes()).to_f64_vec().iter().map(|&x| 0.3 * x as f32).collect();
            HostTensor::new(&shape.sizes(), &elements).unwrap()
        })
        .collect();
    for (a, b) in run(&plain, &inputs).iter().zip(run(&kept, &inputs)) {
        let size = a.to_f64_vec().iter().fold(1e-3f64, |m, x| m.max(x.abs()));
        assert!(a.to_f64_vec().iter().zip(b.to_f64_vec()).all(|(x, y)| (x - y).abs() <= 1e-4 * size));
    }
}

/// Gradients of slices add into parts of one sum in place. Only one pad, the first, is as large as the whole.
#[test]
fn gradients_of_parts_accumulate_in_place() {
    const PARTS: usize = 6;
    let table = [random(1, &[12, 3])];
    let f = function(&table, |b, p| {
        let mut total = b.scalar(DType::F64, 0.0);
        for i in 0..PARTS {
            let op = Op::Slice {
                starts: Axes::from_slice(&[i, 0]),
                limits: [(i + 2).into(), 3.into()].into_iter().collect(),
                strides: Axes::from_slice(&[1, 1]),
            };
            let part = b.emit(op, p).unwrap();
            let part = b.unary(UnaryOp::Sine, part);
            let sum = b.reduce_sum(part, &[0, 1]);
            total = b.add(total, sum);
        }
        total
    });
    let g = gradient_of(&f);
    assert_eq!(dense(&g, |op| matches!(op, Op::Pad { .. })), 1, "{g:?}");
    assert_eq!(dense(&g, |op| matches!(op, Op::DynamicUpdateSlice)), PARTS - 1, "{g:?}");
    assert_eq!(dense(&g, |op| matches!(op, Op::Binary(_))), 0, "no sum of whole tables: {g:?}");
}

/// A function that computes the gradient of `f` by its first parameter.
fn gradient_of(f: &Function) -> Function {
    let mut g = f.clone();
    let (x, loss) = (g.params()[0], g.results()[0]);
    let found = gradient(&mut g, Function::BODY, 0, loss, &[x]).unwrap();
    g.set_results(vec![found[0].unwrap()]);
    verify::verify_function(&g).unwrap();
    g
}

/// How many instructions of a kind have a result with the shape of the first parameter.
fn dense(g: &Function, op: fn(&Op) -> bool) -> usize {
    let whole = g.shape(g.params()[0]);
    let insts = g.body().insts.iter().map(|&id| g.inst(id));
    insts.filter(|i| op(&i.op) && i.results.iter().any(|&r| g.shape(r) == whole)).count()
}

/// The gradients of gathers scatter into one sum, which starts as the only tensor of zeros.
#[test]
fn gradients_of_gathers_scatter_into_one_sum() {
    const GATHERS: usize = 4;
    let table = [random(1, &[12, 3])];
    let f = function(&table, |b, p| {
        let rows = GatherDims {
            offset_dims: Axes::from_slice(&[1]),
            collapsed_slice_dims: Axes::from_slice(&[0]),
            operand_batching_dims: Axes::new(),
            start_indices_batching_dims: Axes::new(),
            start_index_map: Axes::from_slice(&[0]),
            index_vector_dim: 1,
            slice_sizes: Axes::from_slice(&[1, 3]),
            indices_are_sorted: false,
        };
        let mut total = b.scalar(DType::F64, 0.0);
        for i in 0..GATHERS as i32 {
            let indices = b.constant(HostTensor::new(&[2, 1], &[i, 7 - i]).unwrap());
            let taken = b.emit(Op::Gather(Box::new(rows.clone())), &[p[0], indices]).unwrap();
            let taken = b.unary(UnaryOp::Sine, taken);
            let sum = b.reduce_sum(taken, &[0, 1]);
            total = b.add(total, sum);
        }
        total
    });
    let g = gradient_of(&f);
    assert_eq!(dense(&g, |op| matches!(op, Op::Scatter(_))), GATHERS, "{g:?}");
    assert_eq!(dense(&g, |op| matches!(op, Op::BroadcastInDim { .. } | Op::Constant(_))), 1, "one zero: {g:?}");
    assert_eq!(dense(&g, |op| matches!(op, Op::Binary(_))), 0, "no sum of whole tables: {g:?}");
}

/// The gradient of a broadcast is a sum over its axes. Only its cotangent is as large as the broadcast.
#[test]
fn gradients_of_broadcasts_are_sums() {
    let inputs = [random(1, &[3]), random(2, &[50, 3])];
    let f = function(&inputs, |b, p| {
        let dims = b.shape(p[1]).dims.clone();
        let wide = b.broadcast(p[0], &dims, &[1]);
        let product = b.mul(wide, p[1]);
        b.reduce_sum(product, &[0, 1])
    });
    let g = gradient_of(&f);
    let backward = g.body().insts.iter().skip(f.body().insts.len()).map(|&id| g.inst(id));
    let wide: Vec<&Op> = backward.filter(|i| i.results.iter().any(|&r| g.shape(r).rank() == 2)).map(|i| &i.op).collect();
    // The gradient of the loss, which sums over both axes, is broadcast and multiplied by the other factor.
    assert!(matches!(wide.as_slice(), [Op::BroadcastInDim { .. }, Op::Binary(BinaryOp::Multiply)]), "{wide:?}");
}
