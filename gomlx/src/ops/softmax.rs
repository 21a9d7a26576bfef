// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The softmax family, shifted by the maximum so that nothing overflows.

use gomlx_ir::Element;

use crate::{Tensor, stop_gradient};

impl<T: Element> Tensor<T> {
    /// exp(x) over its sum along an axis. Floating point only.
    #[track_caller]
    pub fn softmax(&self, axis: i32) -> Tensor<T> {
        let e = self.shifted(axis).exp();
        &e / e.sum_keep(axis)
    }

    /// The logarithm of [`Tensor::softmax`]. Floating point only.
    #[track_caller]
    pub fn log_softmax(&self, axis: i32) -> Tensor<T> {
        let x = self.shifted(axis);
        let log_sum = x.exp().sum_keep(axis).log();
        x - log_sum
    }

    /// The logarithm of the sum of exp(x) along an axis, which goes away. Floating point only.
    #[track_caller]
    pub fn logsumexp(&self, axis: i32) -> Tensor<T> {
        let max = stop_gradient(&self.max_keep(axis));
        let log_sum = (self - &max).exp().sum_keep(axis).log();
        (log_sum + max).squeeze(axis)
    }

    /// Minus the maximum along an axis. The result of every softmax is the same for any shift, so the maximum counts
    /// as a constant for derivatives.
    #[track_caller]
    fn shifted(&self, axis: i32) -> Tensor<T> {
        self - stop_gradient(&self.max_keep(axis))
    }
}
