// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Transposes of `convolution`, which are convolutions themselves. The input's cotangent is the convolution of the
//! cotangent with the reversed kernel; the kernel's cotangent is the convolution of the input with the cotangent.
//!
//! Strides of the forward convolution become dilations of the cotangent. For the kernel, feature groups of the forward
//! convolution become batch groups, and batch groups become feature groups.

use smallvec::SmallVec;

use super::Transpose;
use crate::transform::forms;
use crate::{Axes, Builder, ConvDims, Dim, Inst, Op, Result, ValueId};

impl Transpose<'_> {
    pub(super) fn convolution(&mut self, inst: &Inst, dims: &ConvDims, ct: ValueId) -> Result<()> {
        let (input, kernel) = (inst.operands[0], inst.operands[1]);
        let empty = [input, kernel, ct].iter().any(|&v| self.b.shape(v).num_elements() == 0);
        if empty {
            return Ok(());
        }
        if self.is_linear(input) {
            let cotangent = by_input(&mut self.b, dims, input, kernel, ct)?;
            self.add_converted(input, cotangent);
        }
        if self.is_linear(kernel) {
            let cotangent = by_kernel(&mut self.b, dims, input, kernel, ct)?;
            self.add_converted(kernel, cotangent);
        }
        Ok(())
    }

    fn add_converted(&mut self, operand: ValueId, cotangent: ValueId) {
        let dtype = self.b.shape(operand).dtype;
        let cotangent = self.b.convert(cotangent, dtype);
        self.add(operand, cotangent);
    }
}

fn by_input(b: &mut Builder<'_>, dims: &ConvDims, input: ValueId, kernel: ValueId, ct: ValueId) -> Result<ValueId> {
    let padding = padding(b, dims, input, kernel, ct).into_iter().map(|(edges, _)| edges).collect();
    let groups = dims.feature_groups.max(dims.batch_groups);
    let kernel = b.convert(kernel, dims.out);
    let kernel = regroup(b, kernel, dims.kernel_output_feature, dims.kernel_input_feature, groups);
    // A convolution goes through the kernel forward; its transpose goes through it backward.
    let backward: Axes = dims.kernel_spatial.iter().zip(&dims.reversal).filter(|&(_, &r)| !r).map(|(&a, _)| a).collect();
    let kernel = reverse(b, kernel, backward)?;
    let back = ConvDims {
        input_batch: dims.output_batch,
        input_feature: dims.output_feature,
        input_spatial: dims.output_spatial.clone(),
        kernel_input_feature: dims.kernel_output_feature,
        kernel_output_feature: dims.kernel_input_feature,
        kernel_spatial: dims.kernel_spatial.clone(),
        output_batch: dims.input_batch,
        output_feature: dims.input_feature,
        output_spatial: dims.input_spatial.clone(),
        strides: dims.lhs_dilation.clone(),
        padding,
        lhs_dilation: dims.strides.clone(),
        rhs_dilation: dims.rhs_dilation.clone(),
        reversal: SmallVec::from_elem(false, dims.spatial_rank()),
        feature_groups: groups,
        batch_groups: 1,
        out: dims.out,
    };
    let cotangent = b.emit(Op::Convolution(Box::new(back)), &[ct, kernel])?;
    Ok(regroup(b, cotangent, dims.input_feature, dims.input_batch, dims.batch_groups))
}

fn by_kernel(b: &mut Builder<'_>, dims: &ConvDims, input: ValueId, kernel: ValueId, ct: ValueId) -> Result<ValueId> {
    let padding = padding(b, dims, input, kernel, ct).into_iter().map(|(_, edges)| edges).collect();
    let input = b.convert(input, dims.out);
    let back = ConvDims {
        input_batch: dims.input_feature,
        input_feature: dims.input_batch,
        input_spatial: dims.input_spatial.clone(),
        kernel_input_feature: dims.output_batch,
        kernel_output_feature: dims.output_feature,
        kernel_spatial: dims.output_spatial.clone(),
        output_batch: dims.kernel_input_feature,
        output_feature: dims.kernel_output_feature,
        output_spatial: dims.kernel_spatial.clone(),
        strides: dims.rhs_dilation.clone(),
        padding,
        lhs_dilation: dims.lhs_dilation.clone(),
        rhs_dilation: dims.strides.clone(),
        reversal: SmallVec::from_elem(false, dims.spatial_rank()),
        feature_groups: dims.batch_groups,
        batch_groups: dims.feature_groups,
        out: dims.out,
    };
    let cotangent = b.emit(Op::Convolution(Box::new(back)), &[input, ct])?;
    let backward = dims.kernel_spatial.iter().zip(&dims.reversal).filter(|&(_, &r)| r).map(|(&a, _)| a).collect();
    reverse(b, cotangent, backward)
}

/// For each spatial axis, the padding of the convolution for the input's cotangent, and for the kernel's cotangent.
fn padding(b: &Builder<'_>, dims: &ConvDims, input: ValueId, kernel: ValueId, ct: ValueId) -> Vec<((i64, i64), (i64, i64))> {
    let along = |i: usize| {
        let input = b.shape(input).size(dims.input_spatial[i]);
        let kernel = b.shape(kernel).size(dims.kernel_spatial[i]);
        let output = b.shape(ct).size(dims.output_spatial[i]);
        let (stride, base, dilation) = (dims.strides[i], dims.lhs_dilation[i], dims.rhs_dilation[i]);
        let low = dims.padding[i].0;
        let by_input = forms::transposed_padding([input, kernel, output], [stride, base, dilation], low);
        // Element o of the output and element k of the kernel meet at o stride + k dilation - low. As many positions as
        // the kernel has elements remain when the dilated cotangent moves over the padded input.
        let high = forms::dilated(output, stride) + forms::dilated(kernel, dilation) - 1 - forms::dilated(input, base) - low;
        (by_input, (low, high))
    };
    (0..dims.spatial_rank()).map(along).collect()
}

fn reverse(b: &mut Builder<'_>, x: ValueId, axes: Axes) -> Result<ValueId> {
    if axes.is_empty() { Ok(x) } else { b.emit(Op::Reverse(axes), &[x]) }
}

/// Moves the groups from axis `from`, where they are outermost, to axis `into`, where they become outermost.
fn regroup(b: &mut Builder<'_>, x: ValueId, from: usize, into: usize, groups: usize) -> ValueId {
    if groups == 1 {
        return x;
    }
    let sizes = b.shape(x).sizes();
    let mut split: Vec<Dim> = sizes.iter().map(|&n| Dim::Lit(n)).collect();
    split[from] = Dim::Lit(sizes[from] / groups);
    let mut merged = split.clone();
    merged[into] = Dim::Lit(sizes[into] * groups);
    split.insert(from, Dim::Lit(groups));
    // In the split shape the groups are axis `from`, and the axes after it are shifted by one.
    let target = if into > from { into + 1 } else { into };
    let mut order: Vec<usize> = (0..split.len()).filter(|&a| a != from).collect();
    let place = order.iter().position(|&a| a == target).expect("the other axis is there");
    order.insert(place, from);
    let split = b.reshape(x, &split);
    let moved = b.transpose(split, &order);
    b.reshape(moved, &merged)
}
