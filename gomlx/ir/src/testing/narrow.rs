// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Types of at most eight bits: conversions of every value of each type, rounding to it, and arithmetic of every two
//! small integers.

use super::elementwise::emit;
use super::{Case, case, from_f64};
use crate::{Axes, BinaryOp, DType, Direction, DotDims, HostTensor, Narrow, Op, UnaryOp};

pub(super) fn cases(cases: &mut Vec<Case>) {
    for narrow in Narrow::ALL {
        let dtype = DType::Narrow(narrow);
        let bytes: Vec<u8> = (0..=narrow.mask()).map(|b| narrow.from_bits(b)).collect();
        let all = HostTensor::from_bytes(dtype, &[bytes.len()], &bytes).expect("every byte is of the type");
        cases.push(case(format!("{dtype}_to"), vec![all.clone()], |b, p| {
            [DType::F32, DType::F64, DType::BF16].map(|to| b.convert(p[0], to)).to_vec()
        }));
        cases.push(case(format!("{dtype}_moves"), vec![all.clone()], |b, p| {
            let reversed = emit(b, Op::Reverse([0][..].into()), p);
            let both = emit(b, Op::Concatenate(0), &[p[0], reversed]);
            vec![both, b.compare(Direction::Lt, p[0], reversed), b.compare(Direction::Eq, p[0], p[0])]
        }));
        // A conversion to 8 bits keeps the byte of each integer, here directly from a parameter to a result.
        if narrow.is_int() {
            cases.push(case(format!("{dtype}_widened"), vec![all.clone()], |b, p| {
                [DType::I8, DType::U8, DType::I32].map(|to| b.convert(p[0], to)).to_vec()
            }));
        }
        if narrow.is_int() {
            arithmetic(cases, narrow);
        }
        // Numbers between neighbours, halfway and elsewhere, and numbers beyond the largest.
        let mut values = vec![0.0, -0.0, 1e-30, 1e30, -1e30, 464.0, 465.0, 61440.0, 61439.0];
        for i in 0..120 {
            let step = f64::from(i) * 0.0625;
            values.extend([step, -step, 2f64.powi(i - 60), 1.5 * 2f64.powi(i - 60), 1.2 * 2f64.powi(i / 4 - 16)]);
        }
        if narrow.is_int() {
            values.retain(|x| x.abs() < narrow.to_f64(narrow.extreme(true)) + 0.9);
        }
        let unsigned = matches!(narrow, Narrow::U2 | Narrow::U4 | Narrow::F8E8M0FNU);
        values.retain(|&x| !unsigned || x > 0.0);
        let x = from_f64(DType::F32, &[values.len()], &values);
        cases.push(case(format!("{dtype}_from_f32"), vec![x], |b, p| {
            let narrowed = b.convert(p[0], dtype);
            vec![b.convert(narrowed, DType::F32)]
        }));
        // The reference plugin converts integers to this type incorrectly.
        if narrow == Narrow::F4E2M1FN {
            continue;
        }
        let counted: Vec<f64> = (0..7).map(f64::from).collect();
        cases.push(case(format!("{dtype}_from_i32"), vec![from_f64(DType::I32, &[7], &counted)], |b, p| {
            let narrowed = b.convert(p[0], dtype);
            vec![b.convert(narrowed, DType::I32)]
        }));
    }
}

/// Every function, sum and product of small integers, on every two of them. They wrap in their width.
fn arithmetic(cases: &mut Vec<Case>, narrow: Narrow) {
    let dtype = DType::Narrow(narrow);
    let all: Vec<u8> = (0..=narrow.mask()).map(|bits| narrow.from_bits(bits)).collect();
    let n = all.len();
    let every = |first: bool| {
        let of = |i: usize| all[if first { i / n } else { i % n }];
        HostTensor::from_bytes(dtype, &[n, n], &(0..n * n).map(of).collect::<Vec<u8>>()).expect("every byte is of the type")
    };
    let pairs = vec![every(true), every(false)];
    for &op in UnaryOp::ALL.iter().filter(|op| op.function().takes.has(dtype)) {
        cases.push(case(format!("{}_{dtype}", op.facts().short_name), pairs.clone(), |b, p| vec![b.unary(op, p[0])]));
    }
    for &op in BinaryOp::ALL.iter().filter(|op| op.function().takes.has(dtype)) {
        cases.push(case(format!("{}_{dtype}", op.facts().short_name), pairs.clone(), |b, p| vec![b.binary(op, p[0], p[1])]));
    }
    cases.push(case(format!("compare_{dtype}"), pairs.clone(), |b, p| {
        Direction::ALL.iter().map(|&direction| b.compare(direction, p[0], p[1])).collect::<Vec<_>>()
    }));
    cases.push(case(format!("clamp_{dtype}"), pairs.clone(), |b, p| {
        let low = b.full_like(p[0], 1.0);
        vec![emit(b, Op::Clamp, &[low, p[0], p[1]])]
    }));
    for op in [BinaryOp::Add, BinaryOp::Multiply, BinaryOp::Maximum, BinaryOp::Minimum, BinaryOp::And, BinaryOp::Or, BinaryOp::Xor] {
        cases.push(case(format!("reduce_{}_{dtype}", op.facts().short_name), pairs.clone(), |b, p| {
            vec![b.reduce(op, p[0], &[0]), b.reduce(op, p[1], &[1]), b.reduce(op, p[1], &[0, 1])]
        }));
    }
    cases.push(case(format!("dot_general_{dtype}"), pairs, |b, p| {
        let dims = |out| DotDims {
            lhs_batch: Axes::new(),
            rhs_batch: Axes::new(),
            lhs_contracting: [1][..].into(),
            rhs_contracting: [0][..].into(),
            out,
        };
        [dtype, DType::I32].map(|out| emit(b, Op::DotGeneral(dims(out)), p)).to_vec()
    }));
}
