// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Tensors scaled to a mean, a variance or a length.

use super::declare::methods;

methods! { normalize:
    /// Moved and scaled to mean 0 and variance 1 over axes; `epsilon` is added to the variance. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[1.0f32, 3.0])?;
    /// assert_close!(x.standardize(-1, 0.0), Tensor::new(&[2], &[-1.0f32, 1.0])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn standardize(self, axes: Axes, epsilon: Real) -> Tensor<T> {
        self.in_single(|x| {
            let centred = x - x.mean_keep(axes.axes());
            centred * (centred.square().mean_keep(axes.axes()) + epsilon).rsqrt()
        })?
    }

    /// Divided by its norm over axes, (sum |x|^p)^(1/p), or by `epsilon` if that is larger. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let x = Tensor::new(&[2], &[3.0f32, 4.0])?;
    /// assert_close!(x.normalize(2.0, -1, 1e-12), Tensor::new(&[2], &[0.6f32, 0.8])?);
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn normalize(self, p: Real, axes: Axes, epsilon: Real) -> Tensor<T> {
        self.in_single(|x| {
            let norm = if p == 2.0 {
                // The root of 0 has no derivative: a shorter vector is divided by `epsilon`, whatever its length.
                let square = x.square().sum_keep(axes.axes());
                square.maximum(epsilon * epsilon).sqrt()
            } else if p == 1.0 {
                x.abs().sum_keep(axes.axes()).maximum(epsilon)
            } else {
                x.abs().powf(p).sum_keep(axes.axes()).powf(1.0 / p).maximum(epsilon)
            };
            x / norm
        })?
    }

    /// The cosine of the angle between vectors along axes, which go away: their product over the product of their
    /// lengths. Both broadcast; a vector of zeros has cosine 0. Floating point only.
    ///
    /// ```
    /// use gomlx::{Tensor, assert_close};
    /// let (x, y) = (Tensor::new(&[2], &[1.0f32, 0.0])?, Tensor::new(&[2], &[3.0f32, 4.0])?);
    /// assert_close!(x.cosine_similarity(&y, -1), Tensor::from(0.6f32));
    /// # Ok::<(), gomlx::Error>(())
    /// ```
    fn cosine_similarity(self, other: Tensor, axes: Axes) -> Tensor<T> {
        const LEAST: f64 = 1e-8;
        (self.normalize(2.0, axes.axes(), LEAST) * other.normalize(2.0, axes.axes(), LEAST)).sum_axis(axes.axes())
    }
}
