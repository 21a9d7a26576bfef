// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Failures that random graphs found, each reduced to its smallest form.

use super::control::{region, with_regions};
use super::{Case, case, from_f64, uniform};
use crate::{BinaryOp, DType, Dim, Direction, DotDims, HostTensor, Op, Shape, UnaryOp};

pub(super) fn cases(cases: &mut Vec<Case>) {
    // A negative number converted through floating point becomes zero. An integer conversion would wrap it.
    let x = from_f64(DType::I8, &[4], &[-3.0, 5.0, -128.0, 127.0]);
    cases.push(case("convert_through_float", vec![x], |b, p| {
        let all = [(DType::F16, DType::U32), (DType::F64, DType::U8), (DType::F32, DType::I16)];
        all.map(|(through, to)| {
            let float = b.convert(p[0], through);
            b.convert(float, to)
        })
        .to_vec()
    }));
    // The reduction computes its result in other rows than the reader wants.
    cases.push(case("reduced_nothing_reshaped", vec![uniform(DType::U32, &[1, 7, 0, 7], 0.0, 9.0, 1)], |b, p| {
        let sum = b.reduce_sum(p[0], &[0, 2]);
        let flat = b.reshape(sum, &[Dim::Lit(49)]);
        vec![b.binary(BinaryOp::ShiftLeft, flat, flat)]
    }));
    let inputs = vec![uniform(DType::I8, &[4, 5, 33], -9.0, 9.0, 1), uniform(DType::I8, &[3, 2, 10], -3.0, 3.0, 2)];
    cases.push(case("reduced_reshaped_contracted", inputs, |b, p| {
        let least = b.reduce(BinaryOp::Minimum, p[0], &[2]);
        let rows = b.reshape(least, &[2, 10].map(Dim::Lit));
        let doubled = b.add(rows, rows);
        let dims = DotDims {
            lhs_batch: [][..].into(),
            rhs_batch: [][..].into(),
            lhs_contracting: [0, 1][..].into(),
            rhs_contracting: [1, 2][..].into(),
            out: DType::I8,
        };
        vec![b.emit(Op::DotGeneral(dims), &[doubled, p[1]]).expect("a case is well-typed")]
    }));
    // A loop passes on a value unchanged. It is computed before the loop, and its elements are needed only after it.
    let inputs = vec![uniform(DType::BF16, &[1, 3], 0.1, 1.0, 1), HostTensor::scalar(0i32), HostTensor::scalar(2i32)];
    cases.push(case("while_hands_on", inputs, |b, p| {
        let root = b.unary(UnaryOp::Cbrt, p[0]);
        let state = [Shape::scalar(DType::I32), b.shape(root).clone()];
        let condition = region(b, &state, |b, s| vec![b.compare(Direction::Lt, s[0], p[2])]);
        let body = region(b, &state, |b, s| {
            let one = b.scalar(DType::I32, 1.0);
            vec![b.add(s[0], one), s[1]]
        });
        let result = with_regions(b, Op::While, &[p[1], root], &[condition, body])[1];
        let wide = b.convert(result, DType::C128);
        vec![b.emit(Op::Concatenate(1), &[wide, wide, wide]).expect("a case is well-typed")]
    }));
    // A branch reads a reshape of a value that the preceding loop nest both stores and keeps computing with.
    let inputs = vec![uniform(DType::F64, &[5], 0.1, 1.0, 1), uniform(DType::F64, &[], 0.1, 1.0, 2), HostTensor::scalar(0i32)];
    cases.push(case("case_reads_reshaped", inputs, |b, p| {
        let root = b.unary(UnaryOp::Cbrt, p[0]);
        let row = b.reshape(root, &[1, 5].map(Dim::Lit));
        let sum = b.reduce_sum(row, &[0, 1]);
        let branches = [sum, p[1]].map(|first| region(b, &[], |_, _| vec![first, row]));
        with_regions(b, Op::Case, &p[2..], &branches)
    }));
    // A slice of size zero of a reduction over no elements.
    cases.push(case("none_of_reduced_none", vec![uniform(DType::F32, &[0], 0.0, 1.0, 1)], |b, p| {
        let sum = b.reduce_sum(p[0], &[0]);
        let row = b.reshape(sum, &[Dim::Lit(1)]);
        let slice = Op::Slice { starts: [0][..].into(), limits: [Dim::Lit(0)][..].into(), strides: [1][..].into() };
        let none = b.emit(slice, &[row]).expect("a case is well-typed");
        let column = b.reshape(none, &[0, 1].map(Dim::Lit));
        vec![b.transpose(column, &[1, 0]), sum]
    }));
    // A reversed operand with a contracted axis of size zero has no last element to start from.
    let inputs = vec![uniform(DType::F32, &[3, 0], 0.0, 1.0, 1), uniform(DType::F32, &[0, 2], 0.0, 1.0, 2)];
    cases.push(case("reversed_empty_contraction", inputs, |b, p| {
        let dims = DotDims {
            lhs_batch: [][..].into(),
            rhs_batch: [][..].into(),
            lhs_contracting: [1][..].into(),
            rhs_contracting: [0][..].into(),
            out: DType::F32,
        };
        let reversed = b.emit(Op::Reverse([0, 1][..].into()), &p[..1]).expect("a case is well-typed");
        let other = b.emit(Op::Reverse([0, 1][..].into()), &p[1..]).expect("a case is well-typed");
        let both = b.emit(Op::DotGeneral(dims.clone()), &[reversed, other]).expect("a case is well-typed");
        vec![both, b.emit(Op::DotGeneral(dims), &[p[0], other]).expect("a case is well-typed")]
    }));
    // Large negative numbers are integers and therefore poles. Both terms of the reflection formula overflow there.
    let poles = |dtype, huge: f64| from_f64(dtype, &[4], &[-huge, -1e30, -2.0, huge]);
    cases.push(case("lgamma_of_large_numbers", vec![poles(DType::F32, 3e38), poles(DType::F64, 1e308)], |b, p| {
        p.iter().map(|&x| b.unary(UnaryOp::Lgamma, x)).collect()
    }));
}
