// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops that move elements: constants, broadcasts, transposes, slices, pads.

use std::sync::Arc;

use super::elementwise::emit;
use super::{Case, DTYPES, case, from_f64, uniform};
use crate::bitcast::bitcast;
use crate::{Axes, Builder, DType, Dim, HostTensor, Narrow, Op, Shape, ValueId};

pub(super) fn cases(cases: &mut Vec<Case>) {
    for dtype in DTYPES {
        moves(cases, dtype);
        constants(cases, dtype);
    }
    transposes(cases);
    bitcasts(cases);
}

fn dims(sizes: &[usize]) -> smallvec::SmallVec<[Dim; 4]> {
    sizes.iter().map(|&n| Dim::Lit(n)).collect()
}

fn slice(starts: &[usize], limits: &[usize], strides: &[usize]) -> Op {
    Op::Slice { starts: starts.into(), limits: dims(limits), strides: strides.into() }
}

fn pad(low: &[i64], high: &[i64], interior: &[i64]) -> Op {
    Op::Pad { low: low.into(), high: high.into(), interior: interior.into() }
}

fn broadcast(sizes: &[usize], axes: &[usize]) -> Op {
    Op::BroadcastInDim { dims: dims(sizes), axes: axes.into() }
}

/// Adds a case for each op, with one element type.
fn moves(cases: &mut Vec<Case>, dtype: DType) {
    let input = |sizes: &[usize], seed| uniform(dtype, sizes, 0.0, 99.0, seed);
    let mut one = |name: &str, inputs: Vec<HostTensor>, ops: &[Op]| {
        cases.push(case(format!("{name}_{dtype}"), inputs, |b, p| ops.iter().map(|op| emit(b, op.clone(), p)).collect::<Vec<_>>()));
    };
    one("broadcast_scalar", vec![input(&[], 1)], &[broadcast(&[3, 5], &[]), broadcast(&[], &[]), broadcast(&[0, 2], &[])]);
    one("broadcast_vector", vec![input(&[5], 1)], &[broadcast(&[3, 5], &[1]), broadcast(&[5, 7], &[0]), broadcast(&[2, 5, 3], &[1])]);
    one("broadcast_ones", vec![input(&[1, 5, 1], 1)], &[broadcast(&[4, 5, 3], &[0, 1, 2])]);
    one("reshape", vec![input(&[6, 4], 1)], &[Op::Reshape(dims(&[24])), Op::Reshape(dims(&[3, 1, 8])), Op::Reshape(dims(&[4, 6]))]);
    one("transpose", vec![input(&[5, 7], 1)], &[Op::Transpose([1, 0][..].into()), Op::Transpose([0, 1][..].into())]);
    one(
        "slice",
        vec![input(&[9, 7], 1)],
        &[
            slice(&[0, 0], &[9, 7], &[1, 1]),
            slice(&[2, 1], &[7, 4], &[1, 1]),
            slice(&[1, 0], &[9, 7], &[3, 2]),
            slice(&[4, 3], &[4, 7], &[1, 1]),
        ],
    );
    one(
        "pad",
        vec![input(&[3, 4], 1), input(&[], 2)],
        &[
            pad(&[1, 0], &[2, 3], &[0, 0]),
            pad(&[0, 2], &[0, 0], &[2, 1]),
            pad(&[-1, 1], &[1, -2], &[0, 0]),
            pad(&[-1, -1], &[0, 0], &[1, 1]),
            pad(&[-3, 0], &[0, 0], &[0, 0]),
        ],
    );
    one("pad_empty", vec![input(&[0, 2], 1), input(&[], 2)], &[pad(&[1, 0], &[2, 1], &[0, 0])]);
    one("reverse", vec![input(&[3, 5], 1)], &[Op::Reverse([0][..].into()), Op::Reverse([0, 1][..].into()), Op::Reverse(Axes::new())]);
    one("concatenate_1", vec![input(&[3, 2], 1), input(&[3, 0], 2), input(&[3, 5], 3)], &[Op::Concatenate(1)]);
    one("concatenate_0", vec![input(&[1, 4], 1), input(&[3, 4], 2)], &[Op::Concatenate(0)]);
    one("concatenate_alone", vec![input(&[4], 1)], &[Op::Concatenate(0)]);
    one("barrier", vec![input(&[4], 1)], &[Op::OptimizationBarrier]);
    if dtype != DType::Bool {
        let iota = |sizes: &[usize], axis| Op::Iota { shape: Shape::new(dtype, sizes), axis };
        one("iota", vec![], &[iota(&[9], 0), iota(&[4, 5], 0), iota(&[4, 5], 1), iota(&[0], 0), iota(&[3, 4, 5], 1)]);
    }
}

fn constants(cases: &mut Vec<Case>, dtype: DType) {
    let constant = |b: &mut Builder<'_>, tensor: HostTensor| -> ValueId { emit(b, Op::Constant(Arc::new(tensor)), &[]) };
    cases.push(case(format!("constant_{dtype}"), vec![], |b, _| {
        let mut tensors = vec![
            uniform(dtype, &[], 0.0, 99.0, 1),
            uniform(dtype, &[2, 3], 0.0, 99.0, 2),
            uniform(dtype, &[13, 11], 0.0, 99.0, 3),
            uniform(dtype, &[0, 3], 0.0, 99.0, 4),
            from_f64(dtype, &[4, 2], &[1.0; 8]),
        ];
        if dtype.is_float() {
            tensors.push(from_f64(dtype, &[6], &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e-3, 1e4]));
        }
        tensors.into_iter().map(|t| constant(b, t)).collect()
    }));
}

fn transposes(cases: &mut Vec<Case>) {
    let x = uniform(DType::F32, &[3, 5, 2, 7], -1.0, 1.0, 1);
    for permutation in [[0, 1, 3, 2], [3, 2, 1, 0], [1, 0, 2, 3], [0, 2, 1, 3], [2, 3, 0, 1]] {
        let name = permutation.map(|p: usize| p.to_string()).concat();
        cases.push(case(format!("transpose_{name}"), vec![x.clone()], |b, p| vec![b.transpose(p[0], &permutation)]));
    }
    for sizes in [[64, 64], [33, 130], [1, 9], [0, 3]] {
        let x = uniform(DType::F32, &sizes, -1.0, 1.0, 1);
        cases.push(case(format!("transpose_{}x{}", sizes[0], sizes[1]), vec![x], |b, p| vec![b.transpose(p[0], &[1, 0])]));
    }
}

fn bitcasts(cases: &mut Vec<Case>) {
    let x = uniform(DType::F32, &[3, 2], -1.0, 1.0, 1);
    cases.push(case("bitcast_convert_f32", vec![x], |b, p| {
        let to = |dtype| Op::BitcastConvert(dtype);
        vec![emit(b, to(DType::I32), p), emit(b, to(DType::U32), p), emit(b, to(DType::U8), p), emit(b, to(DType::U64), p)]
    }));
    let x = uniform(DType::U8, &[5, 4], 0.0, 255.0, 1);
    cases.push(case("bitcast_convert_u8", vec![x], |b, p| {
        vec![emit(b, Op::BitcastConvert(DType::I8), p), emit(b, Op::BitcastConvert(DType::I32), p)]
    }));
    let narrow = DType::Narrow;
    let [i2, i4, u4, f4] = [Narrow::I2, Narrow::I4, Narrow::U4, Narrow::F4E2M1FN].map(narrow);
    // Types of elements, the last dim, and the types with the same bits. One has fewer than eight.
    for (from, last, to) in [
        (DType::U8, 3, &[DType::Bool, i4, u4, i2, f4][..]),
        (DType::F32, 2, &[DType::Bool, i4]),
        (DType::I64, 1, &[DType::Bool, u4]),
        (DType::Bool, 64, &[DType::F64, DType::I64]),
        (DType::Bool, 32, &[DType::F32]),
        (DType::Bool, 16, &[DType::BF16, DType::U16]),
        (DType::Bool, 8, &[DType::U8, DType::I8, narrow(Narrow::F8E5M2)]),
        (DType::Bool, 4, &[i4, u4, f4]),
        (DType::Bool, 2, &[i2]),
        (i4, 8, &[DType::F32]),
        (i4, 4, &[DType::I16]),
        (i4, 2, &[DType::I8, DType::U8, DType::Bool, i2]),
        (i4, 3, &[u4, f4]),
        (u4, 3, &[i4, f4]),
        (f4, 2, &[DType::U8, u4, i4]),
        (i2, 4, &[DType::U8]),
        (i2, 2, &[i4, u4]),
    ] {
        let x = uniform(DType::U8, &[5, last], 0.0, 255.0, 7).bytes().to_vec();
        let x: Vec<u8> = match from {
            DType::Bool => x.iter().map(|byte| byte & 1).collect(),
            from => x.iter().copied().cycle().take(5 * last * from.size()).collect(),
        };
        let x = HostTensor::from_bytes(from, &[5, last], &x).expect("bytes of each type");
        cases.push(case(format!("bitcast_convert_{from}_{last}"), vec![x], |b, p| {
            to.iter().map(|&to| bitcast(b, p[0], to).expect("the dims fit")).collect::<Vec<_>>()
        }));
    }
}
