// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `dot_general` and `convolution` with random roles for their axes.

use gomlx_ir::{Axes, Builder, ConvDims, DType, DotDims, Op, Result, Shape, ValueId};
use smallvec::SmallVec;

use super::super::Semantics;
use super::Grower;
use super::layout::dims;

impl Grower<'_> {
    /// A type that can accumulate products of this type.
    fn accumulator(&mut self, dtype: DType) -> DType {
        match dtype {
            DType::F16 | DType::BF16 if self.below(3) == 0 => DType::F32,
            DType::I8 | DType::I16 if self.below(3) == 0 => DType::I32,
            other => other,
        }
    }

    /// Emits `dot_general`. Each axis of `x` is a batch, contracting or free axis. The other operand has a random axis
    /// order.
    pub(super) fn dot(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        if shape.rank() > 5 || self.sums_otherwise(shape.dtype) {
            gomlx_ir::bail!(Shape, "nothing to multiply");
        }
        let sizes = shape.sizes();
        let (mut lhs_batch, mut lhs_contracting, mut free) = (Axes::new(), Axes::new(), 1);
        for axis in self.permutation(shape.rank()) {
            match self.below(4) {
                0 => lhs_batch.push(axis),
                1 | 2 => lhs_contracting.push(axis),
                _ => free *= sizes[axis],
            }
        }
        let shared: Vec<usize> = lhs_batch.iter().chain(&lhs_contracting).map(|&a| sizes[a]).collect();
        let mut other = shared.clone();
        for _ in 0..self.below(3) {
            other.push(self.one_of(&[1, 2, 3, 5, 8, 17]));
        }
        let wide: usize = other[shared.len()..].iter().product();
        self.bounded(&[shape.num_elements(), wide])?;
        self.bounded(&[free, other.iter().product()])?;
        // Axis `i` of the list above is axis `places[i]` of the operand.
        let places = self.permutation(other.len());
        let mut placed = other.clone();
        places.iter().enumerate().for_each(|(i, &p)| placed[p] = other[i]);
        let rhs = self.shaped(b, shape.dtype, &placed)?;
        let op = Op::DotGeneral(DotDims {
            rhs_batch: places[..lhs_batch.len()].into(),
            rhs_contracting: places[lhs_batch.len()..shared.len()].into(),
            lhs_batch,
            lhs_contracting,
            out: self.accumulator(shape.dtype),
        });
        self.emit(b, op, &[x, rhs])
    }

    /// Convolves over up to two spatial axes, with random axis order, padding, dilations, reversal and groups.
    pub(super) fn convolution(&mut self, b: &mut Builder<'_>, x: ValueId, shape: &Shape) -> Result<ValueId> {
        if self.sums_otherwise(shape.dtype) || shape.num_elements() == 0 && self.below(4) > 0 {
            gomlx_ir::bail!(Shape, "nothing to convolve");
        }
        let rank = match shape.rank() {
            2..=4 => shape.rank(),
            _ => 2 + self.below(3),
        };
        let mut sizes: Vec<usize> = shape.sizes().to_vec();
        let x = if sizes.len() == rank {
            x
        } else {
            // Splits the elements into one factor for each axis.
            let mut rest = shape.num_elements();
            sizes.clear();
            for _ in 1..rank {
                let factor = [3, 2, 5, 7].into_iter().find(|&f| rest > 0 && rest.is_multiple_of(f)).unwrap_or(1);
                sizes.push(factor);
                rest /= factor;
            }
            sizes.push(rest);
            self.emit(b, Op::Reshape(dims(&sizes)), &[x])?
        };
        let spatial = rank - 2;
        let input = self.permutation(rank);
        let (batch, features) = (sizes[input[0]], sizes[input[1]]);
        let (mut feature_groups, mut batch_groups) = (1, 1);
        match self.below(6) {
            0 => feature_groups = [features, 3, 2].into_iter().find(|&g| g > 0 && g <= 8 && features.is_multiple_of(g)).unwrap_or(1),
            1 => batch_groups = [3, 2].into_iter().find(|&g| batch.is_multiple_of(g)).unwrap_or(1),
            _ => {}
        }
        let mut each = |from: &[usize]| -> Axes { (0..spatial).map(|_| self.one_of(from)).collect() };
        let (strides, lhs_dilation, rhs_dilation) = (each(&[1, 1, 2, 3]), each(&[1, 1, 1, 2]), each(&[1, 1, 1, 2]));
        let window = each(&[1, 2, 3, 3, 5]);
        // With strides above 1, XLA's CPU code misplaces the last windows of an input that negative padding crops.
        let least = if self.semantics == Semantics::Xla && strides.iter().any(|&s| s != 1) { 0 } else { -1 };
        let padding: SmallVec<[(i64, i64); 4]> =
            (0..spatial).map(|_| (self.below(4) as i64 + least, self.below(4) as i64 + least)).collect();
        let outputs = feature_groups * batch_groups * self.one_of(&[1, 2, 3, 8]);
        let listed: Vec<usize> = [features / feature_groups, outputs].into_iter().chain(window.iter().copied()).collect();
        let work: usize = listed.iter().product();
        self.bounded(&[work])?;
        let places: usize = (0..spatial).map(|i| sizes[input[2 + i]] * lhs_dilation[i] / strides[i] + 3).product();
        if batch * places * work > 8 * self.most {
            gomlx_ir::bail!(Shape, "too much to convolve");
        }
        let kernel = self.permutation(rank);
        let mut placed = vec![0; rank];
        kernel.iter().zip(&listed).for_each(|(&at, &n)| placed[at] = n);
        let rhs = self.shaped(b, shape.dtype, &placed)?;
        // Infinity times padding is NaN only on backends that store the padding.
        let (x, rhs) = (self.finite(b, x)?, self.finite(b, rhs)?);
        let output = self.permutation(rank);
        let op = Op::Convolution(Box::new(ConvDims {
            input_batch: input[0],
            input_feature: input[1],
            input_spatial: input[2..].into(),
            kernel_input_feature: kernel[0],
            kernel_output_feature: kernel[1],
            kernel_spatial: kernel[2..].into(),
            output_batch: output[0],
            output_feature: output[1],
            output_spatial: output[2..].into(),
            strides,
            padding,
            lhs_dilation,
            rhs_dilation,
            reversal: (0..spatial).map(|_| self.below(4) == 0).collect(),
            feature_groups,
            batch_groups,
            out: self.accumulator(shape.dtype),
        }));
        self.emit(b, op, &[x, rhs])
    }
}
