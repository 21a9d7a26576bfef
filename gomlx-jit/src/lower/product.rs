// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Kernels of `dot_general` and `convolution`.

use gomlx_ir::{ConvDims, DotDims, Function, Inst};

use super::elem::elem;
use crate::fuse::{is_product, storage_view};
use crate::runtime::kernels::conv::{Conv, ConvSpec, SpatialDim};
use crate::runtime::kernels::copy::row_major;
use crate::runtime::kernels::gemm::{Matmul, MatmulDim, MatmulSpec};
use crate::runtime::program::Kernel;

pub(super) fn matmul(function: &Function, inst: &Inst, dot: &DotDims) -> Option<Kernel> {
    if !is_product(function, inst) {
        return None;
    }
    let (lhs, rhs) = (storage_view(function, inst, inst.operands[0]), storage_view(function, inst, inst.operands[1]));
    let (a, b) = (function.shape(inst.operands[0]), function.shape(inst.operands[1]));
    let out = function.shape(inst.results[0]);
    let c = row_major(&out.sizes());
    let (m, n) =
        (DotDims::free(a.rank(), &dot.lhs_batch, &dot.lhs_contracting), DotDims::free(b.rank(), &dot.rhs_batch, &dot.rhs_contracting));
    let batch = dot.lhs_batch.len();
    let dim = |size: usize, a: i64, b: i64, c: isize| MatmulDim { size, a: a as isize, b: b as isize, c };
    let batch_dims = dot.lhs_batch.iter().zip(&dot.rhs_batch).enumerate();
    let contracting = dot.lhs_contracting.iter().zip(&dot.rhs_contracting);
    let spec = MatmulSpec {
        input: elem(a.dtype),
        output: elem(out.dtype),
        batch: batch_dims.map(|(i, (&l, &r))| dim(a.size(l), lhs.strides[l], rhs.strides[r], c[i])).collect(),
        m: m.iter().enumerate().map(|(i, &axis)| dim(a.size(axis), lhs.strides[axis], 0, c[batch + i])).collect(),
        n: n.iter().enumerate().map(|(i, &axis)| dim(b.size(axis), 0, rhs.strides[axis], c[batch + m.len() + i])).collect(),
        k: contracting.map(|(&l, &r)| dim(a.size(l), lhs.strides[l], rhs.strides[r], 0)).collect(),
    };
    let bytes = |offset: i64| offset as isize * a.dtype.size() as isize;
    Some(Kernel::Matmul(Box::new(Matmul::new(&spec)), [bytes(lhs.offset), bytes(rhs.offset)]))
}

pub(super) fn convolution(function: &Function, inst: &Inst, conv: &ConvDims) -> Option<Kernel> {
    if !is_product(function, inst) {
        return None;
    }
    let shapes = [inst.operands[0], inst.operands[1], inst.results[0]].map(|v| function.shape(v));
    let [x, w, out] = shapes.map(|s| row_major(&s.sizes()));
    let [input, kernel, output] = shapes;
    let spec = ConvSpec {
        input: elem(input.dtype),
        output: elem(output.dtype),
        batch: input.size(conv.input_batch),
        in_features: kernel.size(conv.kernel_input_feature),
        out_features: kernel.size(conv.kernel_output_feature),
        feature_groups: conv.feature_groups,
        batch_groups: conv.batch_groups,
        x: [x[conv.input_batch], x[conv.input_feature]],
        w: [w[conv.kernel_input_feature], w[conv.kernel_output_feature]],
        out: [out[conv.output_batch], out[conv.output_feature]],
        spatial: (0..conv.spatial_rank())
            .map(|i| SpatialDim {
                input: input.size(conv.input_spatial[i]),
                kernel: kernel.size(conv.kernel_spatial[i]),
                output: output.size(conv.output_spatial[i]),
                x: x[conv.input_spatial[i]],
                w: w[conv.kernel_spatial[i]],
                out: out[conv.output_spatial[i]],
                window_stride: conv.strides[i],
                pad_low: conv.padding[i].0,
                lhs_dilation: conv.lhs_dilation[i],
                rhs_dilation: conv.rhs_dilation[i],
                reversed: conv.reversal[i],
            })
            .collect(),
    };
    Some(Kernel::Conv(Box::new(Conv::new(&spec))))
}
