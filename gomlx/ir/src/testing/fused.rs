// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Small programs of several ops that a compiler fuses, reorders or shares.

use super::{Case, case, from_f64, uniform};
use crate::{BinaryOp, Builder, DType, Dim, Direction, DotDims, Op, Shape, UnaryOp, ValueId};

pub(super) fn cases(cases: &mut Vec<Case>) {
    for (rows, columns) in [(4, 10), (1, 1), (33, 257), (0, 5), (7, 3)] {
        let x = || uniform(DType::F32, &[rows, columns], -4.0, 4.0, 1);
        let column = || uniform(DType::F32, &[columns], -1.0, 1.0, 2);
        let name = |what: &str| format!("{what}_{rows}x{columns}");
        cases.push(case(name("softmax"), vec![x()], |b, p| vec![softmax(b, p[0])]));
        cases.push(case(name("layer_norm"), vec![x(), column(), column()], |b, p| vec![layer_norm(b, p[0], p[1], p[2])]));
        cases.push(case(name("bias_gelu"), vec![x(), column()], |b, p| vec![gelu(b, p[0], p[1])]));
        cases.push(case(name("column_sums"), vec![x(), x()], |b, p| {
            let product = b.mul(p[0], p[1]);
            let total = b.reduce_sum(product, &[0]);
            vec![b.reduce_sum(product, &[1]), total, product]
        }));
        cases.push(case(name("transposed_sum"), vec![x(), uniform(DType::F32, &[columns, rows], -1.0, 1.0, 3)], |b, p| {
            let y = b.transpose(p[1], &[1, 0]);
            let sum = b.add(p[0], y);
            vec![b.unary(UnaryOp::Tanh, sum)]
        }));
    }
    reduced_and_broadcast(cases);
    dense_layer(cases);
    chains(cases);
}

/// A reduction whose result is broadcast over the reduced axes, or over other axes of any size.
fn reduced_and_broadcast(cases: &mut Vec<Case>) {
    // For each case: the dims of the input, the summed axes, the dims of the result, and the axes of the sum in the
    // result.
    let all: [[&[usize]; 4]; 10] = [
        [&[3], &[0], &[3], &[]],
        [&[1000], &[0], &[1000], &[]],
        [&[3], &[0], &[5], &[]],
        [&[4, 3], &[1], &[4, 3], &[0]],
        [&[4, 3], &[0], &[4, 3], &[1]],
        [&[4, 3], &[0, 1], &[4, 3], &[]],
        [&[4, 3], &[0, 1], &[5], &[]],
        [&[3, 3], &[1], &[3, 3], &[1]],
        [&[40, 70], &[0], &[40, 70], &[1]],
        [&[2, 3, 4], &[0, 2], &[2, 3, 4], &[1]],
    ];
    for dtype in [DType::F32, DType::I64] {
        for [from, over, to, axes] in all {
            // Integers have exact sums in any order.
            let n: usize = from.iter().product();
            let values: Vec<f64> = (0..n).map(|i| (i % 7) as f64 - 2.0).collect();
            let input = from_f64(dtype, from, &values);
            let name = format!("reduced_{from:?}_{over:?}_broadcast_{to:?}_{axes:?}_{}", dtype.name());
            let dims: Vec<Dim> = to.iter().map(|&n| Dim::Lit(n)).collect();
            cases.push(case(name.clone(), vec![input.clone()], |b, p| {
                let sum = b.reduce_sum(p[0], over);
                vec![b.broadcast(sum, &dims, axes)]
            }));
            // Adds consumers of the sum, returns the sum itself, and keeps the input live.
            cases.push(case(format!("{name}_more"), vec![input], |b, p| {
                let sum = b.reduce_sum(p[0], over);
                let negated = b.neg(sum);
                let wide = b.broadcast(negated, &dims, axes);
                let product = if from == to { b.mul(p[0], wide) } else { b.neg(wide) };
                vec![wide, sum, product]
            }));
        }
    }
}

fn along_rows(b: &mut Builder<'_>, like: ValueId, row: ValueId) -> ValueId {
    let dims = b.shape(like).dims.clone();
    b.broadcast(row, &dims, &[0])
}

fn along_columns(b: &mut Builder<'_>, like: ValueId, column: ValueId) -> ValueId {
    let dims = b.shape(like).dims.clone();
    b.broadcast(column, &dims, &[1])
}

fn softmax(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let max = b.reduce(BinaryOp::Maximum, x, &[1]);
    let max = along_rows(b, x, max);
    let shifted = b.sub(x, max);
    let e = b.unary(UnaryOp::Exponential, shifted);
    let sum = b.reduce_sum(e, &[1]);
    let sum = along_rows(b, x, sum);
    b.div(e, sum)
}

fn layer_norm(b: &mut Builder<'_>, x: ValueId, scale: ValueId, shift: ValueId) -> ValueId {
    let n = b.shape(x).size(1) as f64;
    let sum = b.reduce_sum(x, &[1]);
    let mean = b.scale(sum, 1.0 / n);
    let mean = along_rows(b, x, mean);
    let centred = b.sub(x, mean);
    let squares = b.mul(centred, centred);
    let squares = b.reduce_sum(squares, &[1]);
    let variance = b.scale(squares, 1.0 / n);
    let epsilon = b.full_like(variance, 1e-5);
    let variance = b.add(variance, epsilon);
    let inverse = b.unary(UnaryOp::Rsqrt, variance);
    let inverse = along_rows(b, x, inverse);
    let normal = b.mul(centred, inverse);
    let scale = along_columns(b, x, scale);
    let shift = along_columns(b, x, shift);
    let scaled = b.mul(normal, scale);
    b.add(scaled, shift)
}

fn gelu(b: &mut Builder<'_>, x: ValueId, bias: ValueId) -> ValueId {
    let bias = along_columns(b, x, bias);
    let x = b.add(x, bias);
    let scaled = b.scale(x, std::f64::consts::FRAC_1_SQRT_2);
    let erf = b.unary(UnaryOp::Erf, scaled);
    let one = b.full_like(x, 1.0);
    let sum = b.add(erf, one);
    let half = b.scale(x, 0.5);
    b.mul(half, sum)
}

/// A matrix product with a prologue and an epilogue, and the two products of its gradient.
fn dense_layer(cases: &mut Vec<Case>) {
    let inputs = vec![
        uniform(DType::F32, &[9, 17], -1.0, 1.0, 1),
        uniform(DType::F32, &[17, 6], -1.0, 1.0, 2),
        uniform(DType::F32, &[6], -1.0, 1.0, 3),
    ];
    let dot = |b: &mut Builder<'_>, x, y, lhs: usize, rhs: usize| {
        let dims = DotDims {
            lhs_batch: [][..].into(),
            rhs_batch: [][..].into(),
            lhs_contracting: [lhs][..].into(),
            rhs_contracting: [rhs][..].into(),
            out: DType::F32,
        };
        b.emit(Op::DotGeneral(dims), &[x, y]).expect("a case is well-typed")
    };
    cases.push(case("dense_relu", inputs, |b, p| {
        let h = dot(b, p[0], p[1], 1, 0);
        let bias = along_columns(b, h, p[2]);
        let h = b.add(h, bias);
        let zero = b.full_like(h, 0.0);
        let y = b.binary(BinaryOp::Maximum, h, zero);
        let positive = b.compare(Direction::Gt, h, zero);
        let dh = b.select(positive, y, zero);
        let dw = dot(b, p[0], dh, 0, 0);
        let dx = dot(b, dh, p[1], 1, 1);
        let db = b.reduce_sum(dh, &[0]);
        vec![y, dw, dx, db]
    }));
}

/// Programs that simplification must not break: shared values, unused values, parameters as results.
fn chains(cases: &mut Vec<Case>) {
    let x = || uniform(DType::F32, &[5, 6], -2.0, 2.0, 1);
    cases.push(case("parameter_as_result", vec![x(), x()], |b, p| vec![p[1], b.neg(p[0]), p[1]]));
    cases.push(case("same_result_twice", vec![x()], |b, p| {
        let y = b.neg(p[0]);
        vec![y, y]
    }));
    cases.push(case("constant_result", vec![x()], |b, _| vec![b.full(&Shape::new(DType::F32, &[3, 2]), 2.5), b.scalar(DType::I32, 7.0)]));
    cases.push(case("signed_zeros", vec![from_f64(DType::F32, &[4], &[0.0, -0.0, 1.0, f64::NAN])], |b, p| {
        let (zero, minus_zero, one) = (b.full_like(p[0], 0.0), b.full_like(p[0], -0.0), b.full_like(p[0], 1.0));
        let sums = [b.add(p[0], zero), b.add(p[0], minus_zero), b.sub(p[0], zero), b.mul(p[0], zero)];
        let quotients = sums.map(|sum| b.div(one, sum));
        [quotients, [b.sub(p[0], p[0]), b.mul(p[0], one), b.div(p[0], one), b.neg(p[0])]].concat()
    }));
    cases.push(case("reshape_chain", vec![x()], |b, p| {
        let y = b.reshape(p[0], &[Dim::Lit(30)]);
        let y = b.unary(UnaryOp::Exponential, y);
        let y = b.reshape(y, &[2, 3, 5].map(Dim::Lit));
        let y = b.transpose(y, &[2, 0, 1]);
        let z = b.transpose(y, &[1, 2, 0]);
        let z = b.reshape(z, &[5, 6].map(Dim::Lit));
        vec![y, b.add(z, p[0])]
    }));
    cases.push(case("mixed_types", vec![x(), uniform(DType::I32, &[5, 6], -3.0, 3.0, 2)], |b, p| {
        let y = b.convert(p[1], DType::F32);
        let product = b.mul(p[0], y);
        // Small integers have exact sums in bf16 in any order.
        let whole = b.unary(UnaryOp::RoundNearestEven, product);
        let low = b.convert(whole, DType::BF16);
        let sum = b.reduce_sum(low, &[1]);
        let back = b.convert(sum, DType::F64);
        let odd = b.compare(Direction::Lt, p[0], y);
        let count = b.convert(odd, DType::I64);
        vec![back, b.reduce_sum(count, &[0])]
    }));
}
