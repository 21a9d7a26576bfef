// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The workloads of one or a few ops, written as users write them.

use gomlx::Element;
use gomlx::prelude::*;

#[graph]
pub(crate) fn matmul<T: Element>(x: &Tensor![T; M, K], y: &Tensor![T; K, N]) -> Tensor![T; M, N] {
    x.matmul(y)
}

#[graph]
pub(crate) fn batch_matmul(x: &Tensor![f32; B, M, K], y: &Tensor![f32; B, K, N]) -> Tensor![f32; B, M, N] {
    x.matmul(y)
}

#[graph]
pub(crate) fn gelu_chain(x: &Tensor![f32; N], scale: &Tensor![f32;], offset: &Tensor![f32;]) -> Tensor![f32; N] {
    (x * scale + offset).gelu_tanh() * x
}

#[graph]
pub(crate) fn exp(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x.exp()
}

#[graph]
pub(crate) fn tanh(x: &Tensor![f32; N]) -> Tensor![f32; N] {
    x.tanh()
}

#[graph]
pub(crate) fn add(x: &Tensor![f32; N], y: &Tensor![f32; N]) -> Tensor![f32; N] {
    x + y
}

#[graph]
pub(crate) fn add_scalar(x: &Tensor![f32;], y: &Tensor![f32;]) -> Tensor![f32;] {
    x + y
}

#[graph]
pub(crate) fn add_to(x: &mut Tensor![f32; N], y: &Tensor![f32; N]) {
    *x = &*x + y;
}

#[graph]
pub(crate) fn softmax(x: &Tensor![f32; R, C]) -> Tensor![f32; R, C] {
    x.softmax(-1)
}

#[graph]
pub(crate) fn layer_norm(x: &Tensor![f32; R, C], scale: &Tensor![f32; C], offset: &Tensor![f32; C]) -> Tensor![f32; R, C] {
    let centred = x - x.mean_keep(-1);
    let variance = centred.square().mean_keep(-1);
    centred * (variance + 1e-5).rsqrt() * scale + offset
}

#[graph]
pub(crate) fn sum_axis(x: &Tensor![f32; N, N], axis: i32) -> Tensor![f32; N] {
    x.sum_axis(axis)
}

#[graph]
pub(crate) fn sum(x: &Tensor![f32; N, N]) -> Tensor![f32;] {
    x.sum()
}

#[graph]
pub(crate) fn argmax(x: &Tensor![f32; R, C]) -> Tensor![i32; R] {
    x.argmax(-1)
}

#[graph]
pub(crate) fn transpose(x: &Tensor![f32; M, N]) -> Tensor![f32; N, M] {
    x.t()
}

#[graph]
pub(crate) fn gather(table: &Tensor![f32; ROWS, D], positions: &Tensor![i32; N]) -> Tensor![f32; N, D] {
    table.take(positions, 0)
}

#[graph]
pub(crate) fn conv(x: &Tensor![f32; N, H, W, CI], kernel: &Tensor![f32; K, K, CI, CO]) -> Tensor![f32; N, H, W, CO] {
    x.conv(kernel, &Conv::default())
}

#[graph]
pub(crate) fn max_pool(x: &Tensor![f32; N, H, W, C]) -> Tensor<f32> {
    x.max_pool([2, 2], [2, 2], &Padding::Valid)
}

#[graph]
pub(crate) fn scatter_add(updates: &Tensor![f32; N, D], positions: &Tensor![i32; N], rows: usize) -> Tensor![f32; rows, D] {
    let mut table = Tensor::zeros(&[rows, D]);
    table[positions] += updates;
    table
}

#[graph]
pub(crate) fn scan(h: &Tensor![f32; N, N], w: &Tensor![f32; N, N], steps: usize) -> Tensor![f32; N, N] {
    let mut h = h.clone();
    for _ in rolled(0..steps) {
        h = h.matmul(w).tanh();
    }
    h
}

#[graph]
pub(crate) fn repeat(h: &Tensor![f32; N, N], w: &Tensor![f32; N, N], steps: &Tensor![i32;]) -> Tensor![f32; N, N] {
    let mut h = h.clone();
    let mut step = Tensor::scalar(0i32);
    while step < steps {
        h = h.matmul(w).tanh();
        step += 1;
    }
    h
}
