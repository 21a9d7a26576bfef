// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Mistakes in the functions of a trait.

use gomlx::prelude::*;

trait Module {
    type Output;
    fn forward(&self, x: &Tensor<f32>) -> Self::Output;
    fn rate(&self, x: &Tensor<f32>) -> Tensor<f32>;
}

#[derive(Clone, Tree)]
struct Layer(Tensor<f32>);

#[graph]
impl Module for Layer {
    type Output = Tensor![f32; B, 10];

    fn forward(&self, x: &Tensor![f32; B, 512]) -> Self::Output {
        let w = Tensor::<f32>::ones(&[256, 10]);
        x.matmul(&w)
    }

    fn rate(&self, x: &Tensor![f32; B]) -> Tensor![f32; C] {
        x * &self.0
    }
}

fn main() {
    let layer = Layer(Tensor::scalar(1.0));
    layer.forward_lower(&layer.rate(&Tensor::zeros(&[2]))).unwrap();
}
