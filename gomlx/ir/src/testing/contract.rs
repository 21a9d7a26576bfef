// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `dot_general` and `convolution`.

use smallvec::SmallVec;

use super::elementwise::emit;
use super::{Case, DTYPES, case, uniform};
use crate::{Axes, ConvDims, DType, DotDims, Op};

pub(super) fn cases(cases: &mut Vec<Case>) {
    for dtype in DTYPES {
        if dtype != DType::Bool {
            dot(cases, "matmul", dtype, (&[5, 7], &[7, 3]), (&[], &[]), (&[1], &[0]));
        }
    }
    dot(cases, "matvec", DType::F32, (&[9, 11], &[11]), (&[], &[]), (&[1], &[0]));
    dot(cases, "vecmat", DType::F32, (&[11], &[11, 5]), (&[], &[]), (&[0], &[0]));
    dot(cases, "inner", DType::F32, (&[13], &[13]), (&[], &[]), (&[0], &[0]));
    dot(cases, "outer", DType::F32, (&[4], &[5]), (&[], &[]), (&[], &[]));
    dot(cases, "lhs_transposed", DType::F32, (&[7, 5], &[7, 3]), (&[], &[]), (&[0], &[0]));
    dot(cases, "rhs_transposed", DType::F32, (&[5, 7], &[3, 7]), (&[], &[]), (&[1], &[1]));
    dot(cases, "both_transposed", DType::F32, (&[7, 5], &[3, 7]), (&[], &[]), (&[0], &[1]));
    dot(cases, "batched", DType::F32, (&[4, 5, 7], &[4, 7, 3]), (&[0], &[0]), (&[2], &[1]));
    dot(cases, "attention", DType::F32, (&[2, 5, 3, 8], &[2, 6, 3, 8]), (&[0, 2], &[0, 2]), (&[3], &[3]));
    dot(cases, "two_contracted", DType::F32, (&[3, 4, 5], &[4, 5, 2]), (&[], &[]), (&[1, 2], &[0, 1]));
    dot(cases, "batch_last", DType::F32, (&[5, 7, 2], &[7, 3, 2]), (&[2], &[2]), (&[1], &[0]));
    dot(cases, "empty_contraction", DType::F32, (&[3, 0], &[0, 4]), (&[], &[]), (&[1], &[0]));
    dot(cases, "empty_rows", DType::F32, (&[0, 5], &[5, 4]), (&[], &[]), (&[1], &[0]));
    dot(cases, "one", DType::F32, (&[1, 1], &[1, 1]), (&[], &[]), (&[1], &[0]));
    dot(cases, "large", DType::F32, (&[65, 130], &[130, 67]), (&[], &[]), (&[1], &[0]));
    dot(cases, "large", DType::F64, (&[33, 70], &[70, 35]), (&[], &[]), (&[1], &[0]));
    dot(cases, "large", DType::BF16, (&[33, 20], &[20, 35]), (&[], &[]), (&[1], &[0]));
    convolutions(cases);
}

type Two<'a> = (&'a [usize], &'a [usize]);

fn dot(cases: &mut Vec<Case>, name: &str, dtype: DType, sizes: Two<'_>, batch: Two<'_>, contracting: Two<'_>) {
    let range = if dtype.is_float() { 1.0 } else { 3.0 };
    let low = if dtype.is_unsigned_int() { 0.0 } else { -range };
    let inputs = vec![uniform(dtype, sizes.0, low, range, 1), uniform(dtype, sizes.1, low, range, 2)];
    let op = Op::DotGeneral(DotDims {
        lhs_batch: batch.0.into(),
        rhs_batch: batch.1.into(),
        lhs_contracting: contracting.0.into(),
        rhs_contracting: contracting.1.into(),
        out: dtype,
    });
    cases.push(case(format!("dot_general_{name}_{dtype}"), inputs, |b, p| vec![emit(b, op, p)]));
}

/// Dims for NHWC input, HWIO kernel and NHWC output.
fn nhwc() -> ConvDims {
    ConvDims {
        input_batch: 0,
        input_feature: 3,
        input_spatial: [1, 2][..].into(),
        kernel_input_feature: 2,
        kernel_output_feature: 3,
        kernel_spatial: [0, 1][..].into(),
        output_batch: 0,
        output_feature: 3,
        output_spatial: [1, 2][..].into(),
        strides: [1, 1][..].into(),
        padding: SmallVec::from_elem((0, 0), 2),
        lhs_dilation: [1, 1][..].into(),
        rhs_dilation: [1, 1][..].into(),
        reversal: SmallVec::from_elem(false, 2),
        feature_groups: 1,
        batch_groups: 1,
        out: DType::F32,
    }
}

fn convolutions(cases: &mut Vec<Case>) {
    let mut add = |name: &str, lhs: &[usize], rhs: &[usize], change: &dyn Fn(&mut ConvDims)| {
        let mut dims = nhwc();
        change(&mut dims);
        let inputs = vec![uniform(dims.out, lhs, -1.0, 1.0, 1), uniform(dims.out, rhs, -1.0, 1.0, 2)];
        cases.push(case(format!("convolution_{name}"), inputs, |b, p| vec![emit(b, Op::Convolution(Box::new(dims)), p)]));
    };
    let same = SmallVec::from_elem((1, 1), 2);
    // A long contraction is summed in parts. Here there are no windows to sum.
    add("no_output", &[1, 1, 4099], &[4099, 2, 3], &|d| {
        (d.input_feature, d.input_spatial) = (2, [1][..].into());
        (d.kernel_input_feature, d.kernel_output_feature, d.kernel_spatial) = (0, 1, [2][..].into());
        (d.output_batch, d.output_feature, d.output_spatial) = (2, 0, [1][..].into());
        (d.strides, d.padding) = ([2][..].into(), SmallVec::from_elem((-1, 2), 1));
        (d.lhs_dilation, d.rhs_dilation, d.reversal) = ([1][..].into(), [1][..].into(), SmallVec::from_elem(false, 1));
    });
    add("valid", &[2, 7, 6, 3], &[3, 3, 3, 4], &|_| {});
    add("same", &[2, 7, 6, 3], &[3, 3, 3, 4], &|d| d.padding = same.clone());
    add("stride", &[2, 7, 6, 3], &[3, 2, 3, 4], &|d| d.strides = [2, 3][..].into());
    add("one_by_one", &[2, 5, 5, 3], &[1, 1, 3, 8], &|_| {});
    add("asymmetric", &[1, 5, 5, 2], &[3, 3, 2, 2], &|d| d.padding = SmallVec::from_slice(&[(2, 0), (0, 1)]));
    add("negative_padding", &[1, 6, 6, 2], &[2, 2, 2, 2], &|d| d.padding = SmallVec::from_slice(&[(-1, 0), (1, -2)]));
    add("lhs_dilated", &[1, 4, 3, 2], &[3, 3, 2, 3], &|d| {
        d.lhs_dilation = [2, 3][..].into();
        d.padding = SmallVec::from_elem((2, 2), 2);
    });
    add("rhs_dilated", &[1, 8, 9, 2], &[3, 2, 2, 3], &|d| d.rhs_dilation = [2, 3][..].into());
    add("reversed", &[1, 5, 5, 2], &[3, 2, 2, 3], &|d| d.reversal = SmallVec::from_slice(&[true, false]));
    add("feature_groups", &[2, 5, 5, 6], &[3, 3, 2, 9], &|d| d.feature_groups = 3);
    add("depthwise", &[2, 5, 5, 4], &[3, 3, 1, 4], &|d| d.feature_groups = 4);
    add("batch_groups", &[6, 5, 5, 2], &[3, 3, 2, 3], &|d| d.batch_groups = 3);
    add("empty_batch", &[0, 5, 5, 2], &[3, 3, 2, 3], &|_| {});
    add("kernel_larger", &[1, 2, 2, 2], &[3, 3, 2, 3], &|_| {});
    add("f64", &[1, 5, 5, 2], &[3, 3, 2, 3], &|d| d.out = DType::F64);
    add("bf16", &[1, 5, 5, 2], &[3, 3, 2, 3], &|d| d.out = DType::BF16);
    add("nchw", &[2, 3, 7, 6], &[4, 3, 3, 3], &|d| {
        (d.input_feature, d.input_spatial) = (1, [2, 3][..].into());
        (d.kernel_output_feature, d.kernel_input_feature, d.kernel_spatial) = (0, 1, [2, 3][..].into());
        (d.output_feature, d.output_spatial) = (1, [2, 3][..].into());
    });
    // The gradient of a kernel swaps batch and features.
    add("kernel_gradient", &[2, 7, 6, 3], &[2, 5, 4, 4], &|d| {
        (d.input_batch, d.input_feature) = (3, 0);
        (d.kernel_input_feature, d.kernel_output_feature, d.kernel_spatial) = (0, 3, [1, 2][..].into());
        (d.output_batch, d.output_feature, d.output_spatial) = (2, 3, [0, 1][..].into());
    });
    add("one_axis", &[2, 9, 3], &[4, 3, 5], &|d| {
        (d.input_feature, d.input_spatial) = (2, [1][..].into());
        (d.kernel_input_feature, d.kernel_output_feature, d.kernel_spatial) = (1, 2, [0][..].into());
        (d.output_feature, d.output_spatial) = (2, [1][..].into());
        let one = Axes::from_elem(1, 1);
        (d.strides, d.lhs_dilation, d.rhs_dilation) = (one.clone(), one.clone(), one);
        (d.padding, d.reversal) = (SmallVec::from_elem((1, 2), 1), SmallVec::from_elem(false, 1));
    });
}
