// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The batch normalisations in terms of elementwise ops and sums, as the StableHLO spec defines them. Their derivatives
//! and their batching use this form.

use crate::{Axes, BatchNorm, BinaryOp, Builder, Inst, Op, UnaryOp, ValueId};

/// Emits the elementwise form of a batch normalisation; `None` for other ops.
pub(super) fn emit(b: &mut Builder<'_>, inst: &Inst) -> Option<Vec<ValueId>> {
    let x = &inst.operands;
    Some(match &inst.op {
        Op::BatchNormTraining(norm) => training(b, *norm, [x[0], x[1], x[2]]),
        Op::BatchNormInference(norm) => vec![inference(b, *norm, [x[0], x[1], x[2], x[3], x[4]])],
        Op::BatchNormGrad(norm) => gradient(b, *norm, [x[0], x[1], x[2], x[3], x[4]]),
        _ => return None,
    })
}

fn training(b: &mut Builder<'_>, norm: BatchNorm, [x, scale, offset]: [ValueId; 3]) -> Vec<ValueId> {
    let mean = mean(b, norm, x);
    let spread = feature(b, norm, mean, x);
    let centered = b.sub(x, spread);
    let squares = b.mul(centered, centered);
    let variance = self::mean(b, norm, squares);
    let y = inference(b, norm, [x, scale, offset, mean, variance]);
    vec![y, mean, variance]
}

fn inference(b: &mut Builder<'_>, norm: BatchNorm, [x, scale, offset, mean, variance]: [ValueId; 5]) -> ValueId {
    let [scale, offset, mean] = [scale, offset, mean].map(|v| feature(b, norm, v, x));
    let deviation = deviation(b, norm, variance);
    let deviation = feature(b, norm, deviation, x);
    let centered = b.sub(x, mean);
    let normalized = b.div(centered, deviation);
    let scaled = b.mul(normalized, scale);
    b.add(scaled, offset)
}

fn gradient(b: &mut Builder<'_>, norm: BatchNorm, [x, scale, mean, variance, ct]: [ValueId; 5]) -> Vec<ValueId> {
    let others = others(b, norm, x);
    let count = elements_along(b, &others, x);
    let deviation = deviation(b, norm, variance);
    let mean = feature(b, norm, mean, x);
    let centered = b.sub(x, mean);
    let weighted = b.mul(ct, centered);
    let (sum, moment) = (b.reduce_sum(ct, &others), b.reduce_sum(weighted, &others));
    let by_scale = b.div(moment, deviation);
    let square = b.mul(deviation, deviation);
    let slope = b.div(moment, square);
    let (spread_sum, slope) = (feature(b, norm, sum, x), feature(b, norm, slope, x));
    let total = b.scale(ct, count);
    let total = b.sub(total, spread_sum);
    let along = b.mul(slope, centered);
    let total = b.sub(total, along);
    let factor = b.div(scale, deviation);
    let factor = b.scale(factor, 1.0 / count);
    let factor = feature(b, norm, factor, x);
    vec![b.mul(factor, total), by_scale, sum]
}

fn others(b: &Builder<'_>, norm: BatchNorm, x: ValueId) -> Axes {
    (0..b.shape(x).rank()).filter(|&a| a != norm.feature_index).collect()
}

/// The number of elements along axes.
fn elements_along(b: &Builder<'_>, axes: &[usize], x: ValueId) -> f64 {
    axes.iter().map(|&a| b.shape(x).size(a) as f64).product()
}

fn mean(b: &mut Builder<'_>, norm: BatchNorm, x: ValueId) -> ValueId {
    let others = others(b, norm, x);
    let count = elements_along(b, &others, x);
    let sum = b.reduce_sum(x, &others);
    let count = b.full_like(sum, count);
    b.binary(BinaryOp::Divide, sum, count)
}

/// sqrt(variance + epsilon).
fn deviation(b: &mut Builder<'_>, norm: BatchNorm, variance: ValueId) -> ValueId {
    let epsilon = b.full_like(variance, f64::from(norm.epsilon()));
    let shifted = b.add(variance, epsilon);
    b.unary(UnaryOp::Sqrt, shifted)
}

/// Broadcasts a vector with one number for each feature to the shape of `x`.
fn feature(b: &mut Builder<'_>, norm: BatchNorm, value: ValueId, x: ValueId) -> ValueId {
    let dims = b.shape(x).dims.clone();
    b.broadcast(value, &dims, &[norm.feature_index])
}
