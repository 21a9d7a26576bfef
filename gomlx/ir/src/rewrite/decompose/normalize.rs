// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The batch normalisations by the formulas of the spec. Narrow types are computed in `f32`.

use crate::edit::Values;
use crate::rewrite::math::{Num, formula};
use crate::{Axes, BatchNorm, Builder, DType, Dim, ValueId};

/// The parts that the three ops have in common.
struct Norm<'n> {
    norm: &'n BatchNorm,
    dims: Vec<Dim>,
    /// All axes except the axis of the features.
    others: Axes,
    dtype: DType,
}

impl Norm<'_> {
    fn new<'n>(b: &Builder<'_>, x: ValueId, norm: &'n BatchNorm) -> Norm<'n> {
        let shape = b.shape(x);
        let others = (0..shape.rank()).filter(|&a| a != norm.feature_index).collect();
        Norm { norm, dims: shape.dims.iter().cloned().collect(), others, dtype: shape.dtype }
    }

    fn wide(&self, b: &mut Builder<'_>, x: ValueId) -> ValueId {
        if self.dtype == DType::F64 { x } else { b.convert(x, DType::F32) }
    }

    /// Broadcasts a vector with one element for each feature to the operand's shape.
    fn spread(&self, b: &mut Builder<'_>, x: ValueId) -> ValueId {
        b.broadcast(x, &self.dims, &[self.norm.feature_index])
    }

    /// The number of elements of each feature.
    fn count(&self) -> f64 {
        self.others.iter().map(|&a| self.dims[a].lit().unwrap_or(0) as f64).product()
    }

    /// The standard deviation.
    fn deviation(&self, b: &mut Builder<'_>, variance: ValueId) -> ValueId {
        formula(b, |at| (Num::new(at, variance) + f64::from(self.norm.epsilon())).sqrt().id)
    }

    fn normalized(&self, b: &mut Builder<'_>, [x, scale, offset, mean, variance]: [ValueId; 5]) -> ValueId {
        let deviation = self.deviation(b, variance);
        let [scale, offset, mean, deviation] = [scale, offset, mean, deviation].map(|v| self.spread(b, v));
        let centered = b.sub(x, mean);
        let normal = b.div(centered, deviation);
        let scaled = b.mul(scale, normal);
        b.add(scaled, offset)
    }
}

pub(super) fn training(b: &mut Builder<'_>, operands: &[ValueId], norm: &BatchNorm) -> Values {
    let norm = Norm::new(b, operands[0], norm);
    let x: Vec<ValueId> = operands.iter().map(|&v| norm.wide(b, v)).collect();
    let share = 1.0 / norm.count();
    let sum = b.reduce_sum(x[0], &norm.others);
    let mean = b.scale(sum, share);
    let spread = norm.spread(b, mean);
    let centered = b.sub(x[0], spread);
    let squares = b.mul(centered, centered);
    let squares = b.reduce_sum(squares, &norm.others);
    let variance = b.scale(squares, share);
    let output = norm.normalized(b, [x[0], x[1], x[2], mean, variance]);
    [output, mean, variance].into_iter().map(|v| b.convert(v, norm.dtype)).collect()
}

pub(super) fn inference(b: &mut Builder<'_>, operands: &[ValueId], norm: &BatchNorm) -> Values {
    let norm = Norm::new(b, operands[0], norm);
    let x = [0, 1, 2, 3, 4].map(|i| norm.wide(b, operands[i]));
    let output = norm.normalized(b, x);
    Values::from_slice(&[b.convert(output, norm.dtype)])
}

pub(super) fn grad(b: &mut Builder<'_>, operands: &[ValueId], norm: &BatchNorm) -> Values {
    let norm = Norm::new(b, operands[0], norm);
    let [x, scale, mean, variance, outer] = [0, 1, 2, 3, 4].map(|i| norm.wide(b, operands[i]));
    let deviation = norm.deviation(b, variance);
    let mean = norm.spread(b, mean);
    let centered = b.sub(x, mean);
    let products = b.mul(outer, centered);
    let products = b.reduce_sum(products, &norm.others);
    let offset_grad = b.reduce_sum(outer, &norm.others);
    let scale_grad = b.div(products, deviation);
    // products / (variance + epsilon), and scale / deviation / n.
    let slope = b.div(scale_grad, deviation);
    let factor = b.div(scale, deviation);
    let factor = b.scale(factor, 1.0 / norm.count());
    let [slope, sums, factor] = [slope, offset_grad, factor].map(|v| norm.spread(b, v));
    let all = b.scale(outer, norm.count());
    let rest = b.sub(all, sums);
    let along = b.mul(slope, centered);
    let rest = b.sub(rest, along);
    let operand_grad = b.mul(factor, rest);
    [operand_grad, scale_grad, offset_grad].into_iter().map(|v| b.convert(v, norm.dtype)).collect()
}
