// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Layers: models that larger models are built from.

use crate::{Conv, Padding, model};

model! {
    /// A dense layer: `x W + b`, from `[B, IN]` to `[B, OUT]`. The weight starts as
    /// [`init::he_normal`](crate::nn::init::he_normal) makes it.
    ///
    /// ```
    /// use gomlx::nn::Dense;
    /// use gomlx::{Rng, Tensor};
    /// let layer = Dense::<3, 2>::init(&mut Rng::from_seed(0));
    /// assert_eq!(layer.forward(&Tensor::ones(&[5, 3])).dims(), &[5, 2]);
    /// ```
    pub Dense<IN, OUT> {
        /// `[IN, OUT]`.
        pub weight: Tensor![f32; IN, OUT] = he_normal(),
        /// `[OUT]`.
        pub bias: Tensor![f32; OUT] = zeros(),
    }

    /// `x W + b`.
    pub fn forward(&self, x: &Tensor![f32; B, IN]) -> Tensor![f32; B, OUT] {
        x.matmul(&self.weight) + self.bias
    }
}

model! {
    /// A convolution of images `[B, H, W, IN]` with kernels of `SIZE` x `SIZE`. Padding keeps the height and the width.
    ///
    /// ```
    /// use gomlx::nn::Conv2d;
    /// use gomlx::{Rng, Tensor};
    /// let layer = Conv2d::<3, 1, 4>::init(&mut Rng::from_seed(0));
    /// assert_eq!(layer.forward(&Tensor::ones(&[2, 8, 8, 1])).dims(), &[2, 8, 8, 4]);
    /// ```
    pub Conv2d<SIZE, IN, OUT> {
        /// `[SIZE, SIZE, IN, OUT]`.
        pub kernel: Tensor![f32; SIZE, SIZE, IN, OUT] = he_normal(),
        /// `[OUT]`.
        pub bias: Tensor![f32; OUT] = zeros(),
    }

    /// The convolution, plus the bias.
    pub fn forward(&self, x: &Tensor![f32; B, H, W, IN]) -> Tensor![f32; B, H, W, OUT] {
        x.conv(&self.kernel, &Conv { padding: Padding::Same, ..Conv::default() }) + self.bias
    }
}
