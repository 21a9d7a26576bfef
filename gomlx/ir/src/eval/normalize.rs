// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The batch normalisations by the formulas of the spec, each result rounded once.

use std::sync::Arc;

use smallvec::smallvec;

use super::arithmetic::{Arithmetic, add_compensated};
use super::frame::{Value, Values};
use super::index::strides;
use crate::{BatchNorm, HostTensor};

/// The elements of the operand, each with its feature.
struct Features {
    elements: Vec<f64>,
    stride: usize,
    count: usize,
    epsilon: f64,
}

impl Features {
    fn new(x: &HostTensor, norm: &BatchNorm) -> Features {
        let stride = strides(x.dims())[norm.feature_index];
        Features { elements: f64::read(x), stride, count: x.dims()[norm.feature_index], epsilon: norm.epsilon().into() }
    }

    fn of(&self, position: usize) -> usize {
        position / self.stride % self.count
    }

    /// For each feature, the sum of a function of its elements.
    fn sums(&self, number: impl Fn(usize, f64) -> f64) -> Vec<f64> {
        let (mut sums, mut lost) = (vec![0.0; self.count], vec![0.0; self.count]);
        for (i, &x) in self.elements.iter().enumerate() {
            let feature = self.of(i);
            add_compensated(|x, y| x + y, &mut sums[feature], &mut lost[feature], number(i, x));
        }
        sums.into_iter().zip(lost).map(|(sum, lost)| sum.with_lost(lost)).collect()
    }

    /// Elements of one feature.
    fn per_feature(&self) -> f64 {
        self.elements.len() as f64 / self.count as f64
    }

    fn each(&self, number: impl Fn(usize, f64, usize) -> f64) -> Vec<f64> {
        self.elements.iter().enumerate().map(|(i, &x)| number(i, x, self.of(i))).collect()
    }

    fn normalized(&self, scale: &[f64], offset: &[f64], mean: &[f64], variance: &[f64]) -> Vec<f64> {
        self.each(|_, x, f| (x - mean[f]) / (variance[f] + self.epsilon).sqrt() * scale[f] + offset[f])
    }
}

fn like(x: &HostTensor, elements: &[f64]) -> HostTensor {
    f64::write(x.dtype(), x.dims(), elements)
}

pub(super) fn training(x: &[Value], norm: &BatchNorm) -> Values {
    let features = Features::new(&x[0], norm);
    let n = features.per_feature();
    let mean: Vec<f64> = features.sums(|_, x| x).iter().map(|sum| sum / n).collect();
    let squares = features.sums(|i, x| (x - mean[features.of(i)]).powi(2));
    let variance: Vec<f64> = squares.iter().map(|sum| sum / n).collect();
    let output = features.normalized(&f64::read(&x[1]), &f64::read(&x[2]), &mean, &variance);
    smallvec![Arc::new(like(&x[0], &output)), Arc::new(like(&x[1], &mean)), Arc::new(like(&x[1], &variance))]
}

pub(super) fn inference(x: &[Value], norm: &BatchNorm) -> HostTensor {
    let [scale, offset, mean, variance] = [1, 2, 3, 4].map(|i| f64::read(&x[i]));
    like(&x[0], &Features::new(&x[0], norm).normalized(&scale, &offset, &mean, &variance))
}

pub(super) fn grad(x: &[Value], norm: &BatchNorm) -> Values {
    let features = Features::new(&x[0], norm);
    let [scale, mean, variance, outer] = [1, 2, 3, 4].map(|i| f64::read(&x[i]));
    let n = features.per_feature();
    let spread: Vec<f64> = variance.iter().map(|v| v + features.epsilon).collect();
    let offset_grad = features.sums(|i, _| outer[i]);
    let products = features.sums(|i, x| outer[i] * (x - mean[features.of(i)]));
    let operand_grad = features.each(|i, x, f| {
        let rest = n * outer[i] - offset_grad[f] - products[f] * (x - mean[f]) / spread[f];
        scale[f] / spread[f].sqrt() / n * rest
    });
    let scale_grad: Vec<f64> = products.iter().zip(&spread).map(|(sum, spread)| sum / spread.sqrt()).collect();
    let gradients = [like(&x[0], &operand_grad), like(&x[1], &scale_grad), like(&x[1], &offset_grad)];
    gradients.into_iter().map(Arc::new).collect()
}
