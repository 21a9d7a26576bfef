// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use gomlx::prelude::*;

model! {
    pub Dense<IN, OUT> {
        weight: Tensor![f32; IN, OUT] = zeros(),
        bias: Tensor![f32; OUT] = zeros(),
    }

    pub fn forward(&self, x: &Tensor![f32; B, IN]) -> Tensor![f32; B, OUT, 1] {
        x.matmul(&self.weight) + self.bias
    }

    pub fn narrow(&self, x: &Tensor![f32; B, IN]) -> Tensor![f32; B, OUT] {
        x.matmul(&self.weight).matmul(&self.bias.reshape([OUT, 1]).reshape([OUT]))
    }
}

fn main() {}
