// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The softmax family, shifted by the maximum so that nothing overflows. Any shift gives the same result, so the
//! maximum counts as a constant for derivatives.

use super::declare::methods;

methods! { softmax:
    /// exp(x) over its sum along an axis. Floating point only.
    fn softmax(self, axis: Axis) -> Tensor<T> {
        let e = (self - self.max_keep(axis).stopped_gradient()).exp();
        e / e.sum_keep(axis)
    }

    /// The logarithm of [`Tensor::softmax`]. Floating point only.
    fn log_softmax(self, axis: Axis) -> Tensor<T> {
        let shifted = self - self.max_keep(axis).stopped_gradient();
        shifted - shifted.exp().sum_keep(axis).log()
    }

    /// The logarithm of the sum of exp(x) along an axis, which goes away. Floating point only.
    fn logsumexp(self, axis: Axis) -> Tensor<T> {
        let max = self.max_keep(axis).stopped_gradient();
        let log_sum = (self - max).exp().sum_keep(axis).log();
        (log_sum + max).squeeze(axis)
    }
}
