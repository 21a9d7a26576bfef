// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `dot_general` and `convolution`: sums of products, accumulated in `f64` and rounded once.

use super::arithmetic::{Arithmetic, with_arithmetic};
use super::convert::convert;
use super::index::{offsets, offsets_by, strides};
use super::window::padded;
use crate::{ConvDims, DType, Dims, DotDims, HostTensor, Result, Shape};

/// The operands in the integer type of the result, in which their products may not wrap;
/// floating point is computed in `f64` whatever the result's type.
fn promoted(x: &HostTensor, out: DType) -> HostTensor {
    if out.is_int() || out.is_small_int() { convert(x, out) } else { x.clone() }
}

pub(super) fn dot_general(lhs: &HostTensor, rhs: &HostTensor, shape: &Shape, dims: &DotDims) -> HostTensor {
    let (lhs, rhs) = (promoted(lhs, dims.out), promoted(rhs, dims.out));
    let picked = |x: &HostTensor, axes: &[usize]| {
        let along = strides(x.dims());
        let of = |list: &[usize]| -> Dims { axes.iter().map(|&a| list[a]).collect() };
        offsets_by(&of(x.dims()), &of(&along))
    };
    let batches = picked(&lhs, &dims.lhs_batch).into_iter().zip(picked(&rhs, &dims.rhs_batch));
    let lhs_free = picked(&lhs, &DotDims::free(lhs.dims().len(), &dims.lhs_batch, &dims.lhs_contracting));
    let rhs_free = picked(&rhs, &DotDims::free(rhs.dims().len(), &dims.rhs_batch, &dims.rhs_contracting));
    let (lhs_summed, rhs_summed) = (picked(&lhs, &dims.lhs_contracting), picked(&rhs, &dims.rhs_contracting));
    with_arithmetic!(lhs.dtype(), A => {
        let (x, y) = (A::read(&lhs), A::read(&rhs));
        let mut result = Vec::with_capacity(shape.num_elements());
        for (lhs_batch, rhs_batch) in batches {
            for i in &lhs_free {
                for j in &rhs_free {
                    let sum = lhs_summed.iter().zip(&rhs_summed).fold(A::ZERO, |sum, (&k, &l)| sum.plus_product(x[lhs_batch + i + k], y[rhs_batch + j + l]));
                    result.push(sum);
                }
            }
        }
        A::write(dims.out, &shape.sizes(), &result)
    })
}

pub(super) fn convolution(lhs: &HostTensor, rhs: &HostTensor, shape: &Shape, dims: &ConvDims) -> Result<HostTensor> {
    let lhs = padded_input(&promoted(lhs, dims.out), dims)?;
    let rhs = promoted(rhs, dims.out);
    let result_dims = shape.sizes();
    let (from, kernel, to) = (strides(lhs.dims()), strides(rhs.dims()), strides(&result_dims));
    let spatial = 0..dims.spatial_rank();
    let of = |list: &[usize], axes: &[usize]| -> Dims { axes.iter().map(|&a| list[a]).collect() };

    // Where each window starts in the input, and where its result goes.
    let output_sizes = of(&result_dims, &dims.output_spatial);
    let steps: Dims = spatial.clone().map(|i| from[dims.input_spatial[i]] * dims.strides[i]).collect();
    let starts = offsets_by(&output_sizes, &steps);
    let places = offsets_by(&output_sizes, &of(&to, &dims.output_spatial));

    // The terms of a sum: the spatial positions of the kernel, and the input features of a group.
    let mut sizes = of(rhs.dims(), &dims.kernel_spatial);
    let mut input_steps: Vec<isize> = spatial.clone().map(|i| (from[dims.input_spatial[i]] * dims.rhs_dilation[i]) as isize).collect();
    let mut kernel_steps: Vec<isize> = of(&kernel, &dims.kernel_spatial).iter().map(|&s| s as isize).collect();
    let mut kernel_base = 0;
    for i in spatial.filter(|&i| dims.reversal[i] && sizes[i] > 0) {
        kernel_base += kernel_steps[i] * (sizes[i] as isize - 1);
        kernel_steps[i] = -kernel_steps[i];
    }
    let features = rhs.dims()[dims.kernel_input_feature];
    sizes.push(features);
    input_steps.push(from[dims.input_feature] as isize);
    kernel_steps.push(kernel[dims.kernel_input_feature] as isize);
    let input_taps = offsets(&sizes, &input_steps, 0);
    let kernel_taps = offsets(&sizes, &kernel_steps, kernel_base);

    let (batch, outputs) = (result_dims[dims.output_batch], result_dims[dims.output_feature]);
    with_arithmetic!(lhs.dtype(), A => {
        let (x, w) = (A::read(&lhs), A::read(&rhs));
        let mut result = vec![A::ZERO; shape.num_elements()];
        for n in 0..batch {
            for o in 0..outputs {
                let feature_group = o / (outputs / dims.feature_groups);
                let batch_group = o / (outputs / dims.batch_groups);
                let input = (batch_group * batch + n) * from[dims.input_batch] + feature_group * features * from[dims.input_feature];
                let output = n * to[dims.output_batch] + o * to[dims.output_feature];
                let filter = o * kernel[dims.kernel_output_feature];
                for (start, place) in starts.iter().zip(&places) {
                    let taps = input_taps.iter().zip(&kernel_taps);
                    let sum = taps.fold(A::ZERO, |sum, (i, k)| sum.plus_product(x[input + start + i], w[filter + k]));
                    result[output + place] = sum;
                }
            }
        }
        Ok(A::write(dims.out, &result_dims, &result))
    })
}

/// The input with its spatial axes dilated and padded by zeros.
fn padded_input(x: &HostTensor, dims: &ConvDims) -> Result<HostTensor> {
    let mut padding = vec![(0, 0); x.dims().len()];
    let mut dilations = vec![1; x.dims().len()];
    for (i, &axis) in dims.input_spatial.iter().enumerate() {
        padding[axis] = dims.padding[i];
        dilations[axis] = dims.lhs_dilation[i];
    }
    padded(x, &HostTensor::zeros(x.dtype(), &[])?, &padding, &dilations)
}
