// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `dot_general` and `convolution`.

use super::*;
use crate::{Axes, ConvDims, DotDims};

fn dot_dims(batch: [&[usize]; 2], contracting: [&[usize]; 2]) -> DotDims {
    DotDims {
        lhs_batch: batch[0].into(),
        rhs_batch: batch[1].into(),
        lhs_contracting: contracting[0].into(),
        rhs_contracting: contracting[1].into(),
        out: DType::F64,
    }
}

#[test]
fn dot_general() {
    let cases: [(&[usize], &[usize], DotDims); 6] = [
        (&[3, 4], &[4, 5], dot_dims([&[], &[]], [&[1], &[0]])),
        (&[3, 4], &[4], dot_dims([&[], &[]], [&[1], &[0]])),
        (&[4], &[4], dot_dims([&[], &[]], [&[0], &[0]])),
        (&[3], &[2], dot_dims([&[], &[]], [&[], &[]])),
        (&[4, 3, 2, 5], &[2, 5, 4, 6], dot_dims([&[2], &[0]], [&[0, 3], &[2, 1]])),
        (&[2, 7, 3, 4, 5], &[4, 3, 6, 5, 2], dot_dims([&[3, 0], &[0, 4]], [&[2, 4], &[1, 3]])),
    ];
    for (lhs, rhs, dims) in cases {
        let inputs = [random(1, lhs), random(2, rhs)];
        check(&inputs, |b, p| b.emit(Op::DotGeneral(dims.clone()), p).unwrap());
        check(&inputs[..1], |b, p| {
            let rhs = b.constant(inputs[1].clone());
            b.emit(Op::DotGeneral(dims.clone()), &[p[0], rhs]).unwrap()
        });
    }
}

#[test]
fn dot_of_a_matrix_with_itself() {
    check(&[random(1, &[3, 3])], |b, p| b.emit(Op::DotGeneral(dot_dims([&[], &[]], [&[1], &[1]])), &[p[0], p[0]]).unwrap());
}

#[test]
fn dot_of_half_precision_accumulates_in_the_results_type() {
    let x = HostTensor::full(DType::BF16, &[1, 512], 1.0).unwrap();
    let w = HostTensor::full(DType::BF16, &[512, 3], 0.5).unwrap();
    let inputs = [x, w];
    let f = function(&inputs, |b, p| b.emit(Op::DotGeneral(DotDims { out: DType::F32, ..dot_dims([&[], &[]], [&[1], &[0]]) }), p).unwrap());
    let backward = vjp_function(&f).unwrap();
    let results = run(&backward, &[&inputs[..], &[tensor(&[1, 3], &[1.0f32, 2.0, 3.0])]].concat());
    assert_eq!(results[1].dtype(), DType::BF16);
    assert_eq!((results[1].to_f64_vec()[0], &results[2].to_f64_vec()[..3]), (3.0, &[1.0, 2.0, 3.0][..]));
}

/// Input: batch, spatial axes, features. Kernel: spatial axes, input features, output features.
fn channels_last(spatial: usize) -> ConvDims {
    let axes = |from: usize| (from..from + spatial).collect::<Axes>();
    let ones = Axes::from_elem(1, spatial);
    ConvDims {
        input_batch: 0,
        input_feature: spatial + 1,
        input_spatial: axes(1),
        kernel_input_feature: spatial,
        kernel_output_feature: spatial + 1,
        kernel_spatial: axes(0),
        output_batch: 0,
        output_feature: spatial + 1,
        output_spatial: axes(1),
        strides: ones.clone(),
        padding: std::iter::repeat_n((0, 0), spatial).collect(),
        lhs_dilation: ones.clone(),
        rhs_dilation: ones,
        reversal: std::iter::repeat_n(false, spatial).collect(),
        feature_groups: 1,
        batch_groups: 1,
        out: DType::F64,
    }
}

#[test]
fn convolution() {
    let two = channels_last(2);
    let pad = |low: (i64, i64), high: (i64, i64)| [low, high].as_slice().into();
    let each = |a: usize, b: usize| Axes::from_slice(&[a, b]);
    let channels_first = ConvDims {
        input_feature: 1,
        input_spatial: each(2, 3),
        kernel_output_feature: 0,
        kernel_input_feature: 1,
        kernel_spatial: each(2, 3),
        output_feature: 1,
        output_spatial: each(2, 3),
        strides: each(2, 1),
        padding: pad((0, 2), (3, 1)),
        ..two.clone()
    };
    let cases: [(&[usize], &[usize], ConvDims); 12] = [
        (&[2, 5, 4, 3], &[3, 3, 3, 2], ConvDims { padding: pad((1, 1), (1, 1)), ..two.clone() }),
        (&[2, 7, 6, 3], &[3, 2, 3, 2], ConvDims { strides: each(2, 3), ..two.clone() }),
        (&[1, 8, 7, 2], &[3, 2, 2, 3], ConvDims { rhs_dilation: each(2, 3), padding: pad((2, 1), (0, 1)), ..two.clone() }),
        (&[1, 4, 5, 2], &[3, 3, 2, 3], ConvDims { lhs_dilation: each(2, 3), padding: pad((1, 2), (2, 1)), ..two.clone() }),
        (&[1, 6, 5, 2], &[3, 2, 2, 3], ConvDims { padding: pad((-1, 2), (4, -2)), strides: each(2, 1), ..two.clone() }),
        (&[2, 4, 4, 4], &[3, 3, 2, 6], ConvDims { feature_groups: 2, strides: each(2, 1), padding: pad((1, 1), (0, 1)), ..two.clone() }),
        (&[2, 4, 4, 4], &[2, 2, 1, 4], ConvDims { feature_groups: 4, ..two.clone() }),
        (&[4, 4, 4, 3], &[3, 3, 3, 6], ConvDims { batch_groups: 2, padding: pad((1, 1), (0, 1)), ..two.clone() }),
        (&[1, 5, 5, 2], &[2, 3, 2, 2], ConvDims { reversal: [true, false].as_slice().into(), strides: each(2, 2), ..two.clone() }),
        (&[2, 3, 6, 5], &[4, 3, 3, 2], channels_first),
        (&[2, 9, 3], &[3, 3, 4], ConvDims { strides: Axes::from_slice(&[2]), ..channels_last(1) }),
        (&[3, 4], &[4, 2], channels_last(0)),
    ];
    for (input, kernel, dims) in cases {
        check(&[random(1, input), random(2, kernel)], |b, p| b.emit(Op::Convolution(Box::new(dims.clone())), p).unwrap());
    }
    check(&[random(1, &[1, 3, 4, 3, 2]), random(2, &[2, 2, 2, 2, 2])], |b, p| {
        b.emit(Op::Convolution(Box::new(channels_last(3))), p).unwrap()
    });
}

#[test]
fn convolution_of_an_empty_batch() {
    check(&[random(1, &[0, 5, 4, 3]), random(2, &[3, 3, 3, 2])], |b, p| b.emit(Op::Convolution(Box::new(channels_last(2))), p).unwrap());
}
