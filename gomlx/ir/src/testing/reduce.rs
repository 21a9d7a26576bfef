// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `reduce` over every kind of axes, with one and with several operands.

use super::elementwise::emit;
use super::{Case, DTYPES, case, uniform};
use crate::{Axes, BinaryOp, Builder, CompareKind, DType, Direction, Op, RegionId, Shape, UnaryOp};

/// Reducers that consist of one op.
pub(super) const REDUCERS: [BinaryOp; 6] =
    [BinaryOp::Add, BinaryOp::Multiply, BinaryOp::Maximum, BinaryOp::Minimum, BinaryOp::And, BinaryOp::Or];

pub(super) fn cases(cases: &mut Vec<Case>) {
    for dtype in DTYPES {
        for op in REDUCERS {
            let logical = matches!(op, BinaryOp::And | BinaryOp::Or);
            if (logical && dtype.is_float()) || (dtype == DType::Bool && !logical) {
                continue;
            }
            // Products stay near one, so no type overflows.
            let (low, high) = if op == BinaryOp::Multiply { (1.0, 1.5) } else { (0.0, 4.0) };
            let name = Op::Binary(op).short_name();
            let x = uniform(dtype, &[5, 7], low, high, 1);
            cases.push(case(format!("reduce_{name}_{dtype}"), vec![x], |b, p| {
                [&[0][..], &[1], &[0, 1], &[]].into_iter().map(|axes| b.reduce(op, p[0], axes)).collect()
            }));
        }
    }
    shapes(cases);
    long(cases);
    several(cases);
    initial(cases);
}

fn shapes(cases: &mut Vec<Case>) {
    for (sizes, axes) in [
        (&[3, 4, 5][..], &[1][..]),
        (&[3, 4, 5], &[0, 2]),
        (&[3, 4, 5], &[2, 0]),
        (&[0, 3], &[0]),
        (&[3, 0], &[0]),
        (&[1, 1], &[0]),
        (&[1000], &[0]),
        (&[67, 129], &[1]),
        (&[67, 129], &[0]),
        (&[2, 3, 4, 5], &[1, 2]),
    ] {
        let name = sizes.iter().chain(axes).map(usize::to_string).collect::<Vec<_>>().join("_");
        let x = uniform(DType::F32, sizes, -1.0, 1.0, 1);
        cases.push(case(format!("reduce_shape_{name}"), vec![x], |b, p| {
            vec![b.reduce(BinaryOp::Add, p[0], axes), b.reduce(BinaryOp::Maximum, p[0], axes)]
        }));
    }
}

/// Sums of so many elements that a backend cuts them into blocks, alone and beside other uses of their elements.
fn long(cases: &mut Vec<Case>) {
    for dtype in [DType::F16, DType::BF16, DType::F32, DType::F64] {
        for (sizes, axes) in [
            (&[5000][..], &[0][..]),
            (&[3, 2100], &[1]),
            (&[1100, 5], &[0]),
            (&[130, 2, 70], &[0, 2]),
            (&[90, 31], &[0, 1]),
            (&[70, 3, 9], &[0]),
        ] {
            let name = sizes.iter().chain(axes).map(usize::to_string).collect::<Vec<_>>().join("_");
            let x = uniform(dtype, sizes, -1.0, 4.0, 1);
            cases.push(case(format!("reduce_long_{name}_{dtype}"), vec![x], |b, p| {
                let sum = b.reduce_sum(p[0], axes);
                let kept: Vec<usize> = (0..sizes.len()).filter(|a| !axes.contains(a)).collect();
                let dims = b.shape(p[0]).dims.clone();
                let back = b.broadcast(sum, &dims, &kept);
                let share = b.binary(BinaryOp::Divide, p[0], back);
                let wave = b.unary(UnaryOp::Exponential, share);
                let again = b.reduce_sum(wave, axes);
                vec![sum, share, again, b.reduce(BinaryOp::Maximum, wave, axes)]
            }));
        }
    }
}

/// `argmax`: the maximum and its position. Among equal elements the first one wins.
fn several(cases: &mut Vec<Case>) {
    for dtype in [DType::F32, DType::I32] {
        let x = uniform(dtype, &[6, 9], -4.0, 4.0, 1);
        cases.push(case(format!("argmax_{dtype}"), vec![x], |b, p| {
            let positions = emit(b, Op::Iota { shape: Shape::new(DType::I32, &[6, 9]), axis: 1 }, &[]);
            let least = b.identity(BinaryOp::Maximum, dtype);
            let zero = b.scalar(DType::I32, 0.0);
            let body = argmax(b, dtype);
            let inst = b.emit_inst(Op::Reduce([1][..].into()), &[p[0], positions, least, zero], &[body]).expect("a case is well-typed");
            b.function.inst(inst).results.to_vec()
        }));
    }
}

fn argmax(b: &mut Builder<'_>, dtype: DType) -> RegionId {
    let body = b.function.add_region();
    let [x, i, y, j] = [dtype, DType::I32, dtype, DType::I32].map(|d| b.function.add_region_param(body, Shape::scalar(d)));
    let mut b = Builder::new(b.function, body);
    let larger = emit(&mut b, Op::Compare(Direction::Gt, CompareKind::of(dtype)), &[x, y]);
    let equal = emit(&mut b, Op::Compare(Direction::Eq, CompareKind::of(dtype)), &[x, y]);
    let earlier = emit(&mut b, Op::Compare(Direction::Lt, CompareKind::Signed), &[i, j]);
    let tie = emit(&mut b, Op::Binary(BinaryOp::And), &[equal, earlier]);
    let first = emit(&mut b, Op::Binary(BinaryOp::Or), &[larger, tie]);
    let results = vec![b.select(first, x, y), b.select(first, i, j)];
    b.function.region_mut(body).results = results;
    body
}

/// An initial value that is not the identity and is an input.
fn initial(cases: &mut Vec<Case>) {
    let inputs = vec![uniform(DType::F32, &[4, 6], -1.0, 1.0, 1), uniform(DType::F32, &[], 3.0, 4.0, 2)];
    cases.push(case("reduce_initial", inputs, |b, p| {
        let reduce = |b: &mut Builder<'_>, op, axes: &[usize]| {
            let body = b.reducer(crate::Reducer::Binary(op), DType::F32);
            let inst = b.emit_inst(Op::Reduce(Axes::from(axes)), p, &[body]).expect("a case is well-typed");
            b.function.inst(inst).results[0]
        };
        vec![reduce(b, BinaryOp::Maximum, &[1]), reduce(b, BinaryOp::Add, &[0, 1])]
    }));
}
