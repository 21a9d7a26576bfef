// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Windowed reductions.

use super::*;
use crate::{Axes, RegionId, Shape, UnaryOp};

fn windows() -> Vec<Window> {
    let plain = |dims: &[usize], strides: &[usize]| Window::new(dims, strides);
    let padded = |window: Window, padding: &[(i64, i64)]| Window { padding: padding.into(), ..window };
    vec![
        plain(&[1, 2], &[1, 2]),
        plain(&[2, 2], &[1, 1]),
        plain(&[3, 2], &[2, 3]),
        padded(plain(&[3, 3], &[2, 2]), &[(1, 1), (0, 2)]),
        padded(plain(&[2, 3], &[1, 2]), &[(-1, 2), (1, -1)]),
        padded(plain(&[1, 6], &[1, 1]), &[(0, 0), (5, 0)]),
    ]
}

fn dilated() -> Vec<Window> {
    let ones = Axes::from_slice(&[1, 1]);
    let window = |base: &[usize], dilation: &[usize], padding: &[(i64, i64)]| Window {
        base_dilations: base.into(),
        window_dilations: dilation.into(),
        padding: padding.into(),
        ..Window::new(&[3, 2], &[2, 1])
    };
    vec![window(&ones, &[2, 3], &[(0, 0), (0, 0)]), window(&[2, 1], &ones, &[(1, 0), (0, 0)]), window(&[2, 3], &[2, 2], &[(1, 2), (-1, 3)])]
}

#[test]
fn sums() {
    for window in windows().iter().chain(&dilated()) {
        check(&[random(1, &[5, 6])], |b, p| {
            let sum = reduce_window(b, BinaryOp::Add, window, p[0]);
            b.mul(sum, sum)
        });
    }
}

#[test]
fn products() {
    for window in windows().iter().chain(&dilated()) {
        check(&[random(1, &[5, 6])], |b, p| reduce_window(b, BinaryOp::Multiply, window, p[0]));
    }
}

#[test]
fn extremes() {
    for op in [BinaryOp::Maximum, BinaryOp::Minimum] {
        for window in windows().iter().chain(&dilated()) {
            check(&[random(3, &[5, 6])], |b, p| {
                let extreme = reduce_window(b, op, window, p[0]);
                let zero = b.full_like(extreme, 0.0);
                // A window that holds only padding gives an infinity.
                let finite = b.unary(UnaryOp::IsFinite, extreme);
                let extreme = b.select(finite, extreme, zero);
                b.mul(extreme, extreme)
            });
        }
    }
}

#[test]
fn from_an_initial_value() {
    let window = &windows()[3];
    for op in [BinaryOp::Add, BinaryOp::Multiply, BinaryOp::Maximum, BinaryOp::Minimum] {
        check(&[random(1, &[5, 6]), tensor(&[], &[0.3])], |b, p| {
            let body = b.reducer(Reducer::Binary(op), DType::F64);
            let inst = b.emit_inst(Op::ReduceWindow(window.clone()), p, &[body]).unwrap();
            b.function.inst(inst).results[0]
        });
    }
}

#[test]
fn the_first_of_a_tie_is_chosen() {
    let x = tensor(&[1, 4], &[2.0, 2.0, 1.0, 3.0]);
    let gradient = gradient_of_sum(&[x], |b, p| reduce_window(b, BinaryOp::Maximum, &Window::new(&[1, 2], &[1, 2]), p[0]));
    assert_eq!(gradient, [[1.0, 0.0, 0.0, 1.0]]);
}

/// The root of x^2 + y^2, which has no derivative at its identity, zero.
fn hypotenuse(b: &mut Builder<'_>) -> RegionId {
    let region = b.function.add_region();
    let x = b.function.add_region_param(region, Shape::scalar(DType::F64));
    let y = b.function.add_region_param(region, Shape::scalar(DType::F64));
    let mut inner = Builder::new(b.function, region);
    let (xx, yy) = (inner.mul(x, x), inner.mul(y, y));
    let sum = inner.add(xx, yy);
    let result = inner.unary(UnaryOp::Sqrt, sum);
    b.function.region_mut(region).results = vec![result];
    region
}

#[test]
fn bodies_of_several_ops() {
    for padding in [(4, 0), (0, 4)] {
        check(&[between(1, &[3, 5], 0.5, 2.0)], |b, p| {
            let window = Window { padding: [(0, 0), padding].as_slice().into(), ..Window::new(&[1, 5], &[1, 1]) };
            let zero = b.scalar(DType::F64, 0.0);
            let body = hypotenuse(b);
            let inst = b.emit_inst(Op::ReduceWindow(window), &[p[0], zero], &[body]).unwrap();
            b.function.inst(inst).results[0]
        });
    }
    check(&[between(2, &[3, 7], 0.5, 2.0)], |b, p| {
        let zero = b.scalar(DType::F64, 0.0);
        let body = hypotenuse(b);
        let inst = b.emit_inst(Op::Reduce(Axes::from_slice(&[1])), &[p[0], zero], &[body]).unwrap();
        b.function.inst(inst).results[0]
    });
}
