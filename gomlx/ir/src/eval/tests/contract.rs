// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use smallvec::smallvec;

use super::*;
use crate::{Axes, ConvDims, DotDims, bf16};

fn dot(lhs_batch: &[usize], rhs_batch: &[usize], lhs: &[usize], rhs: &[usize], out: DType) -> Op {
    Op::DotGeneral(DotDims {
        lhs_batch: lhs_batch.into(),
        rhs_batch: rhs_batch.into(),
        lhs_contracting: lhs.into(),
        rhs_contracting: rhs.into(),
        out,
    })
}

#[test]
fn dot_products_batch() {
    let x = ones_up(DType::I64, &[2, 2, 2]);
    let unit = t(&[2, 2, 2], &[1i64, 0, 0, 1, 1, 0, 0, 1]);
    assert_eq!(result(dot(&[0], &[0], &[2], &[1], DType::I64), &[x.clone(), unit]), x);
}

#[test]
fn dot_products_order_axes_as_batch_lhs_rhs() {
    let (x, y) = (ones_up(DType::F32, &[2, 3, 4]), ones_up(DType::F32, &[4, 5, 2]));
    let r = result(dot(&[0], &[2], &[2], &[0], DType::F32), &[x, y]);
    assert_eq!(r.dims(), [2, 3, 5]);
    // Row 1 of batch 1 is 17..=20; column 2 of batch 1 is 6, 16, 26, 36.
    assert_eq!(r.as_slice::<f32>().unwrap()[15 + 5 + 2], 17.0 * 6.0 + 18.0 * 16.0 + 19.0 * 26.0 + 20.0 * 36.0);
}

#[test]
fn dot_products_of_nothing_are_zero() {
    let (x, y) = (HostTensor::zeros(DType::F32, &[0, 2]).unwrap(), HostTensor::zeros(DType::F32, &[0, 3]).unwrap());
    assert_eq!(result(dot(&[], &[], &[0], &[0], DType::F32), &[x, y]).as_slice::<f32>().unwrap(), [0.0; 6]);
}

#[test]
fn products_are_summed_in_the_wider_type() {
    let x = t(&[3], &[100i8, 100, 100]);
    assert_eq!(result(dot(&[], &[], &[0], &[0], DType::I32), &[x.clone(), x]).as_slice::<i32>().unwrap(), [30_000]);
    let x = t(&[512], &[bf16::ONE; 512]);
    assert_eq!(result(dot(&[], &[], &[0], &[0], DType::BF16), &[x.clone(), x]).to_f64_vec(), [512.0]);
}

/// Input and output have batch and features outermost. The kernel's axes are output features, input features, spatial
/// axes.
fn conv(spatial: usize, change: impl FnOnce(&mut ConvDims)) -> Op {
    let axes: Axes = (2..2 + spatial).collect();
    let mut dims = ConvDims {
        input_batch: 0,
        input_feature: 1,
        input_spatial: axes.clone(),
        kernel_output_feature: 0,
        kernel_input_feature: 1,
        kernel_spatial: axes.clone(),
        output_batch: 0,
        output_feature: 1,
        output_spatial: axes,
        strides: Axes::from_elem(1, spatial),
        padding: smallvec![(0, 0); spatial],
        lhs_dilation: Axes::from_elem(1, spatial),
        rhs_dilation: Axes::from_elem(1, spatial),
        reversal: smallvec![false; spatial],
        feature_groups: 1,
        batch_groups: 1,
        out: DType::F32,
    };
    change(&mut dims);
    Op::Convolution(Box::new(dims))
}

#[test]
fn convolution_follows_the_spec_example() {
    let op = conv(2, |d| {
        (d.input_feature, d.output_feature, d.kernel_input_feature, d.kernel_output_feature) = (3, 3, 2, 3);
        (d.input_spatial, d.output_spatial, d.kernel_spatial) = (smallvec![1, 2], smallvec![1, 2], smallvec![0, 1]);
        (d.strides, d.lhs_dilation, d.out) = (smallvec![4, 4], smallvec![2, 2], DType::I64);
    });
    let x = t(&[1, 4, 4, 1], &[1i64, 2, 5, 6, 3, 4, 7, 8, 10, 11, 14, 15, 12, 13, 16, 17]);
    let r = result(op, &[x, t(&[3, 3, 1, 1], &[1i64; 9])]);
    assert_eq!(r.as_slice::<i64>().unwrap(), [10, 26, 46, 62]);
}

#[test]
fn kernels_dilate_pad_and_reverse() {
    let (x, w) = (t(&[1, 1, 4], &[1f32, 2.0, 3.0, 4.0]), t(&[1, 1, 2], &[10f32, 1.0]));
    let run = |op| result(op, &[x.clone(), w.clone()]).to_f64_vec();
    assert_eq!(run(conv(1, |_| ())), [12.0, 23.0, 34.0]);
    assert_eq!(run(conv(1, |d| d.reversal[0] = true)), [21.0, 32.0, 43.0]);
    assert_eq!(run(conv(1, |d| d.rhs_dilation[0] = 2)), [13.0, 24.0]);
    assert_eq!(run(conv(1, |d| d.padding[0] = (1, 1))), [1.0, 12.0, 23.0, 34.0, 40.0]);
    assert_eq!(run(conv(1, |d| d.padding[0] = (-1, -1))), [23.0]);
    assert_eq!(run(conv(1, |d| (d.strides[0], d.lhs_dilation[0]) = (3, 2))), [10.0, 3.0]);
}

#[test]
fn groups_split_features_or_batch() {
    let x = t(&[1, 2, 1], &[3f32, 5.0]);
    let w = t(&[2, 1, 1], &[10f32, 100.0]);
    assert_eq!(result(conv(1, |d| d.feature_groups = 2), &[x, w.clone()]).to_f64_vec(), [30.0, 500.0]);
    let x = t(&[2, 1, 1], &[3f32, 5.0]);
    let r = result(conv(1, |d| d.batch_groups = 2), &[x, w]);
    assert_eq!((r.dims(), r.to_f64_vec()), ([1, 2, 1].as_slice(), vec![30.0, 500.0]));
}
