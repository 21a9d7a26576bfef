// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Reductions over axes.

use super::*;
use crate::{Axes, Direction, Shape};

const REDUCERS: [BinaryOp; 4] = [BinaryOp::Add, BinaryOp::Multiply, BinaryOp::Maximum, BinaryOp::Minimum];

#[test]
fn over_axes() {
    for op in REDUCERS {
        for axes in [&[0, 1, 2][..], &[0], &[1, 2], &[2, 0], &[]] {
            check(&[between(1, &[3, 4, 2], -1.5, 1.5)], |b, p| b.reduce(op, p[0], axes));
        }
        check(&[random(1, &[3, 5])], |b, p| b.reduce(op, p[0], &[1]));
    }
}

#[test]
fn from_an_initial_value() {
    for op in REDUCERS {
        for initial in [-3.0, 0.4, 3.0] {
            check(&[random(1, &[3, 4]), tensor(&[], &[initial])], |b, p| {
                let body = b.reducer(Reducer::Binary(op), DType::F64);
                let inst = b.emit_inst(Op::Reduce(Axes::from_slice(&[1])), p, &[body]).unwrap();
                b.function.inst(inst).results[0]
            });
        }
    }
}

#[test]
fn of_nothing() {
    check(&[random(1, &[3, 0])], |b, p| b.reduce(BinaryOp::Add, p[0], &[1]));
    check(&[random(1, &[3, 0])], |b, p| b.reduce(BinaryOp::Multiply, p[0], &[1]));
}

#[test]
fn products_of_zeros() {
    let x = tensor(&[3, 3], &[1.0, 0.0, 2.0, 3.0, 4.0, 5.0, 0.0, 0.0, 1.0]);
    let gradient = gradient_of_sum(&[x], |b, p| b.reduce(BinaryOp::Multiply, p[0], &[1]));
    assert_eq!(gradient, [[0.0, 2.0, 0.0, 20.0, 15.0, 12.0, 0.0, 0.0, 0.0]]);
}

#[test]
fn ties_share_evenly() {
    let x = tensor(&[2, 3], &[1.0, 2.0, 2.0, 3.0, 3.0, 3.0]);
    let gradient = gradient_of_sum(&[x], |b, p| b.reduce(BinaryOp::Maximum, p[0], &[1]));
    assert_eq!(gradient, [[0.0, 0.5, 0.5, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]]);
}

#[test]
fn of_pairs() {
    // Selects the larger x and the y beside it. The derivative follows the selection.
    check(&[random(1, &[3, 5]), random(2, &[3, 5])], |b, p| {
        let region = b.function.add_region();
        let [x, y, other_x, other_y] = [(); 4].map(|()| b.function.add_region_param(region, Shape::scalar(DType::F64)));
        let mut inner = Builder::new(b.function, region);
        let first = inner.compare(Direction::Ge, x, other_x);
        let results = vec![inner.select(first, x, other_x), inner.select(first, y, other_y)];
        inner.function.region_mut(region).results = results;
        let least = b.scalar(DType::F64, f64::NEG_INFINITY);
        let zero = b.scalar(DType::F64, 0.0);
        let inst = b.emit_inst(Op::Reduce(Axes::from_slice(&[1])), &[p[0], p[1], least, zero], &[region]).unwrap();
        let [x, y] = b.function.inst(inst).results[..] else { panic!("two results") };
        b.mul(x, y)
    });
}
