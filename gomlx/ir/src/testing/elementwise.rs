// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Elementwise ops. Each case covers several shapes at once.

use super::{Case, DTYPES, case, from_f64, uniform};
use crate::infer::infer;
use crate::{BinaryOp, Builder, CompareKind, DType, Direction, HostTensor, Op, UnaryOp, ValueId};

/// A scalar, one element, an odd number of elements, more than a vector register holds, none, and two odd axes.
const SHAPES: [&[usize]; 6] = [&[], &[1], &[7, 5], &[67], &[0, 3], &[3, 1, 11]];

/// Values where functions change their behaviour.
const SPECIAL: [f64; 16] =
    [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, -2.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e-30, -1e-30, 1e30, 88.0, -104.0];

pub(super) fn cases(cases: &mut Vec<Case>) {
    for dtype in DTYPES {
        for &op in UnaryOp::ALL {
            let (low, high) = match op {
                UnaryOp::Log | UnaryOp::Sqrt | UnaryOp::Rsqrt => (0.1, 5.0),
                UnaryOp::LogPlusOne => (-0.9, 4.0),
                UnaryOp::Acos | UnaryOp::Asin | UnaryOp::Atanh | UnaryOp::ErfInv => (-0.99, 0.99),
                UnaryOp::Acosh => (1.0, 9.0),
                UnaryOp::Digamma | UnaryOp::Lgamma => (0.1, 12.0),
                UnaryOp::BesselI1e => (-20.0, 20.0),
                UnaryOp::Tan => (-1.4, 1.4),
                _ => (-3.0, 3.0),
            };
            on_shapes(cases, &[Op::Unary(op)], dtype, &[(low, high)]);
        }
        for &op in BinaryOp::ALL {
            let second = match op {
                BinaryOp::Divide | BinaryOp::Remainder => (1.0, 4.0),
                BinaryOp::ShiftLeft | BinaryOp::ShiftRightArithmetic | BinaryOp::ShiftRightLogical => (0.0, 7.0),
                BinaryOp::Power => (0.0, 3.0),
                BinaryOp::Polygamma | BinaryOp::Zeta => (0.1, 5.0),
                _ => (-5.0, 5.0),
            };
            let first = match op {
                BinaryOp::Power if dtype.is_float() => (0.1, 3.0),
                BinaryOp::Zeta => (1.1, 5.0),
                _ => (-5.0, 5.0),
            };
            on_shapes(cases, &[Op::Binary(op)], dtype, &[first, second]);
        }
        let compare: Vec<Op> = Direction::ALL.iter().map(|&d| Op::Compare(d, CompareKind::of(dtype))).collect();
        on_shapes(cases, &compare, dtype, &[(-2.0, 2.0), (-2.0, 2.0)]);
        on_shapes(cases, &[Op::Clamp], dtype, &[(-2.0, 0.5), (-4.0, 4.0), (0.5, 2.0)]);
        // These numbers fit every type, so no conversion saturates.
        on_shapes(cases, &DTYPES.map(Op::Convert), dtype, &[(0.0, 100.0)]);
        on_shapes(cases, &[DType::I8, DType::I32, DType::F32].map(Op::Convert), dtype, &[(-100.0, 0.0)]);
        select(cases, dtype);
    }
    specials(cases);
}

/// One module with the ops on inputs of every shape. Skips ops that do not take the element type.
fn on_shapes(cases: &mut Vec<Case>, ops: &[Op], dtype: DType, ranges: &[(f64, f64)]) {
    let mut inputs = vec![];
    for (i, dims) in SHAPES.iter().enumerate() {
        for (j, &(low, high)) in ranges.iter().enumerate() {
            let low = if dtype.is_unsigned_int() { low.max(0.0) } else { low };
            inputs.push(uniform(dtype, dims, low, high.max(low), (i * 8 + j) as u64));
        }
    }
    let sign = if ranges[0].1 <= 0.0 { "_negative" } else { "" };
    let name = format!("{}_{dtype}{sign}", ops[0].short_name());
    let mut taken = true;
    let made = case(name, inputs, |b, params| {
        let calls: Vec<(&Op, &[ValueId])> =
            ops.iter().flat_map(|op| params.chunks(ranges.len()).map(move |operands| (op, operands))).collect();
        taken = calls.iter().all(|(op, operands)| infer(b.function, op, operands, &[]).is_ok());
        if taken { calls.into_iter().map(|(op, operands)| emit(b, op.clone(), operands)).collect() } else { vec![] }
    });
    cases.extend(taken.then_some(made));
}

fn select(cases: &mut Vec<Case>, dtype: DType) {
    let dims = [5, 7];
    let inputs = vec![
        uniform(DType::Bool, &dims, 0.0, 1.0, 1),
        uniform(DType::Bool, &[], 0.0, 1.0, 2),
        uniform(dtype, &dims, 0.0, 9.0, 3),
        uniform(dtype, &dims, 0.0, 9.0, 4),
    ];
    cases.push(case(format!("select_{dtype}"), inputs, |b, p| vec![b.select(p[0], p[2], p[3]), b.select(p[1], p[2], p[3])]));
    let inputs = vec![uniform(dtype, &[], 0.0, 1.0, 5), uniform(dtype, &dims, 0.0, 9.0, 6), uniform(dtype, &[], 4.0, 6.0, 7)];
    cases.push(case(format!("clamp_scalars_{dtype}"), inputs, |b, p| vec![emit(b, Op::Clamp, p)]));
}

/// Infinities, NaN, signed zeros, division by zero and out-of-range shifts.
fn specials(cases: &mut Vec<Case>) {
    for dtype in [DType::F32, DType::F64] {
        let specials = from_f64(dtype, &[SPECIAL.len()], &SPECIAL);
        for &op in UnaryOp::ALL {
            // For large arguments, periodic functions are only as accurate as their argument reduction.
            if matches!(op, UnaryOp::Sine | UnaryOp::Cosine | UnaryOp::Tan) {
                continue;
            }
            let op = Op::Unary(op);
            let made = |b: &mut Builder<'_>, p: &[ValueId]| b.emit(op.clone(), p).into_iter().collect::<Vec<_>>();
            let made = case(format!("special_{}_{dtype}", op.short_name()), vec![specials.clone()], made);
            cases.extend((!made.module.main().results().is_empty()).then_some(made));
        }
        let n = SPECIAL.len();
        let pair = |of: fn(usize, usize) -> usize| {
            let values: Vec<f64> = (0..n * n).map(|i| SPECIAL[of(i / n, i % n)]).collect();
            from_f64(dtype, &[n, n], &values)
        };
        let inputs = vec![pair(|i, _| i), pair(|_, j| j)];
        let mut binary = |name: &str, ops: &[BinaryOp]| {
            cases.push(case(format!("special_{name}_{dtype}"), inputs.clone(), |b, p| {
                ops.iter().map(|&op| b.binary(op, p[0], p[1])).collect()
            }));
        };
        binary("binary", &[BinaryOp::Add, BinaryOp::Multiply, BinaryOp::Divide, BinaryOp::Subtract]);
        binary("maximum", &[BinaryOp::Maximum, BinaryOp::Minimum]);
        cases.push(case(format!("special_compare_{dtype}"), inputs, |b, p| {
            let kinds = [CompareKind::Float, CompareKind::TotalOrder];
            let all = Direction::ALL.iter().flat_map(|&d| kinds.map(|k| Op::Compare(d, k)));
            all.map(|op| emit(b, op, p)).collect()
        }));
    }
    for dtype in [DType::I32, DType::U8, DType::I64] {
        let (x, y) = (uniform(dtype, &[19], 0.0, 100.0, 1), from_f64(dtype, &[19], &[0.0; 19]));
        cases.push(case(format!("special_divide_{dtype}"), vec![x.clone(), y], |b, p| {
            vec![b.div(p[0], p[1]), b.binary(BinaryOp::Remainder, p[0], p[1])]
        }));
        let shifts = uniform(dtype, &[19], 0.0, 120.0, 2);
        cases.push(case(format!("special_shift_{dtype}"), vec![x, shifts], |b, p| {
            [BinaryOp::ShiftLeft, BinaryOp::ShiftRightArithmetic, BinaryOp::ShiftRightLogical].map(|op| b.binary(op, p[0], p[1])).to_vec()
        }));
    }
    let least = HostTensor::new(&[2], &[i32::MIN, i32::MIN]).expect("two elements");
    let divisors = HostTensor::new(&[2], &[-1i32, 1]).expect("two elements");
    cases.push(case("special_divide_overflow", vec![least, divisors], |b, p| {
        vec![b.div(p[0], p[1]), b.binary(BinaryOp::Remainder, p[0], p[1])]
    }));
}

pub(super) fn emit(b: &mut Builder<'_>, op: Op, operands: &[ValueId]) -> ValueId {
    b.emit(op, operands).expect("a case is well-typed")
}
