// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise ops, selections and conversions.

use super::*;
use crate::op::Gives;
use crate::{Direction, UnaryOp};

#[test]
fn unary() {
    for &op in UnaryOp::ALL {
        let x = match op {
            _ if !op.function().takes.has(DType::F32) || op.function().gives == Gives::Bool => continue,
            UnaryOp::Log | UnaryOp::Sqrt | UnaryOp::Rsqrt | UnaryOp::Cbrt => between(1, &[3, 5], 0.3, 3.0),
            UnaryOp::Acos | UnaryOp::Asin | UnaryOp::Atanh | UnaryOp::ErfInv => between(4, &[2, 3], -0.9, 0.9),
            UnaryOp::Acosh => between(5, &[2, 3], 1.1, 3.0),
            UnaryOp::Lgamma | UnaryOp::Digamma => between(6, &[2, 3], 0.3, 4.0),
            UnaryOp::LogPlusOne => between(2, &[7], -0.5, 3.0),
            _ => between(3, &[2, 3], -1.4, 1.4),
        };
        check(&[x], |b, p| b.unary(op, p[0]));
    }
}

#[test]
fn binary() {
    for &op in BinaryOp::ALL {
        let (x, y) = match op {
            _ if !op.function().takes.has(DType::F32) => continue,
            // These ops have tests of their own.
            BinaryOp::Complex | BinaryOp::NextAfter | BinaryOp::Polygamma | BinaryOp::Zeta => continue,
            BinaryOp::Power => (between(1, &[3, 4], 0.3, 2.0), random(2, &[3, 4])),
            BinaryOp::Remainder => (between(3, &[3, 4], -9.0, 9.0), between(4, &[3, 4], 0.7, 2.0)),
            BinaryOp::Divide => (random(5, &[3, 4]), between(6, &[3, 4], 0.5, 2.0)),
            _ => (random(7, &[3, 4]), random(8, &[3, 4])),
        };
        check(&[x.clone(), y.clone()], |b, p| b.binary(op, p[0], p[1]));
        check(std::slice::from_ref(&x), |b, p| {
            let y = b.constant(y.clone());
            b.binary(op, p[0], y)
        });
        check(&[y], |b, p| {
            let x = b.constant(x.clone());
            b.binary(op, x, p[0])
        });
    }
}

#[test]
fn one_operand_twice() {
    check(&[between(1, &[4], 0.5, 2.0)], |b, p| {
        let square = b.mul(p[0], p[0]);
        let cube = b.mul(square, p[0]);
        let quotient = b.div(p[0], cube);
        b.sub(quotient, square)
    });
}

#[test]
fn constant_powers() {
    for exponent in [-2.0, 0.0, 0.5, 1.0, 2.0, 3.0] {
        check(&[between(1, &[5], 0.4, 2.0)], |b, p| {
            let y = b.full_like(p[0], exponent);
            b.binary(BinaryOp::Power, p[0], y)
        });
    }
    let at_zero = |exponent: f64| {
        gradient_of_sum(&[tensor(&[1], &[0.0])], |b, p| {
            let y = b.full_like(p[0], exponent);
            b.binary(BinaryOp::Power, p[0], y)
        })
    };
    assert_eq!([at_zero(0.0), at_zero(1.0), at_zero(2.0)], [[[0.0]], [[1.0]], [[0.0]]]);
}

#[test]
fn kinks_are_those_of_jax() {
    let gradient = |op: BinaryOp| {
        let inputs = [tensor(&[3], &[1.0, 2.0, 3.0]), tensor(&[3], &[1.0, 5.0, 2.0])];
        gradient_of_sum(&inputs, |b, p| b.binary(op, p[0], p[1]))
    };
    assert_eq!(gradient(BinaryOp::Maximum), [[0.5, 0.0, 1.0], [0.5, 1.0, 0.0]]);
    assert_eq!(gradient(BinaryOp::Minimum), [[0.5, 1.0, 0.0], [0.5, 0.0, 1.0]]);
    assert_eq!(gradient_of_sum(&[tensor(&[3], &[-2.0, 0.0, 2.0])], |b, p| b.unary(UnaryOp::Abs, p[0])), [[-1.0, 0.0, 1.0]]);
}

#[test]
fn select_and_clamp() {
    let predicate = tensor(&[2, 3], &[true, false, true, true, false, false]);
    check(&[predicate, random(1, &[2, 3]), random(2, &[2, 3])], |b, p| b.select(p[0], p[1], p[2]));
    check(&[tensor(&[], &[true]), random(1, &[2, 3])], |b, p| {
        let doubled = b.scale(p[1], 2.0);
        b.select(p[0], doubled, p[1])
    });
    let x = between(3, &[4, 5], -2.0, 2.0);
    check(&[tensor(&[], &[-0.6]), x.clone(), tensor(&[], &[0.9])], |b, p| b.emit(Op::Clamp, p).unwrap());
    check(&[between(4, &[4, 5], -1.0, 0.0), x, between(5, &[4, 5], 0.0, 1.0)], |b, p| b.emit(Op::Clamp, p).unwrap());
}

#[test]
fn integers_carry_no_tangent() {
    check(&[between(1, &[4], -3.0, 3.0)], |b, p| {
        let whole = b.convert(p[0], DType::I32);
        let back = b.convert(whole, DType::F64);
        b.mul(back, p[0])
    });
    check(&[random(2, &[4])], |b, p| {
        let zero = b.full_like(p[0], 0.0);
        let positive = b.compare(Direction::Gt, p[0], zero);
        let ones = b.convert(positive, DType::F64);
        let floor = b.unary(UnaryOp::Floor, p[0]);
        let sum = b.add(ones, floor);
        b.mul(sum, p[0])
    });
}

#[test]
fn conversions_keep_each_value_in_its_type() {
    let x = tensor(&[2], &[1.5f32, -2.0]);
    let f = function(std::slice::from_ref(&x), |b, p| {
        let half = b.convert(p[0], DType::BF16);
        let square = b.mul(half, half);
        b.convert(square, DType::F64)
    });
    let backward = vjp_function(&f).unwrap();
    let results = run(&backward, &[x, tensor(&[2], &[1.0, 10.0])]);
    assert_eq!(results[1].as_slice::<f32>().unwrap(), [3.0, -40.0]);
}
