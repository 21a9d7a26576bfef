// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Second derivatives of small networks.

use super::super::gradient;
use super::*;
use crate::{ConvDims, DotDims, UnaryOp};

fn matmul(b: &mut Builder<'_>, x: ValueId, w: ValueId) -> ValueId {
    let none = crate::Axes::new;
    let dims = DotDims {
        lhs_batch: none(),
        rhs_batch: none(),
        lhs_contracting: crate::Axes::from_slice(&[1]),
        rhs_contracting: crate::Axes::from_slice(&[0]),
        out: DType::F64,
    };
    b.emit(Op::DotGeneral(dims), &[x, w]).unwrap()
}

fn mean_square(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let square = b.mul(x, x);
    let axes: Vec<usize> = (0..b.shape(x).rank()).collect();
    let mean = 1.0 / b.shape(x).num_elements() as f64;
    let sum = b.reduce_sum(square, &axes);
    b.scale(sum, mean)
}

/// The loss of a network with the parameters w1 [4, 8], b1 [8], w2 [8, 2], x [5, 4], y [5, 2].
fn mlp(b: &mut Builder<'_>, p: &[ValueId]) -> ValueId {
    let hidden = matmul(b, p[3], p[0]);
    let dims = b.shape(hidden).dims.clone();
    let bias = b.broadcast(p[1], &dims, &[1]);
    let hidden = b.add(hidden, bias);
    let hidden = b.unary(UnaryOp::Tanh, hidden);
    let guess = matmul(b, hidden, p[2]);
    let error = b.sub(guess, p[4]);
    mean_square(b, error)
}

fn mlp_inputs() -> Vec<HostTensor> {
    [&[4, 8][..], &[8], &[8, 2], &[5, 4], &[5, 2]].iter().enumerate().map(|(i, d)| random(i as u64, d)).collect()
}

#[test]
fn gradient_of_gradient_of_an_mlp() {
    check(&mlp_inputs(), mlp);
    check(&mlp_inputs(), |b, p| {
        let loss = mlp(b, p);
        let region = b.region;
        let gradients = gradient(b.function, region, 0, loss, &p[..3]).unwrap();
        let norms: Vec<ValueId> = gradients.into_iter().map(|g| mean_square(b, g.unwrap())).collect();
        let sum = norms.into_iter().reduce(|x, y| b.add(x, y)).unwrap();
        b.add(sum, loss)
    });
}

/// A network with the parameters image [2, 6, 5, 1] and kernel [3, 3, 1, 3].
fn conv_net(b: &mut Builder<'_>, p: &[ValueId]) -> ValueId {
    let pair = |x, y| crate::Axes::from_slice(&[x, y]);
    let dims = ConvDims {
        input_batch: 0,
        input_feature: 3,
        input_spatial: pair(1, 2),
        kernel_input_feature: 2,
        kernel_output_feature: 3,
        kernel_spatial: pair(0, 1),
        output_batch: 0,
        output_feature: 3,
        output_spatial: pair(1, 2),
        strides: pair(1, 1),
        padding: [(1, 1), (1, 1)].as_slice().into(),
        lhs_dilation: pair(1, 1),
        rhs_dilation: pair(1, 1),
        reversal: [false, false].as_slice().into(),
        feature_groups: 1,
        batch_groups: 1,
        out: DType::F64,
    };
    let features = b.emit(Op::Convolution(Box::new(dims)), p).unwrap();
    let features = b.unary(UnaryOp::Tanh, features);
    let pooled = reduce_window(b, BinaryOp::Maximum, &Window::new(&[1, 2, 2, 1], &[1, 2, 2, 1]), features);
    let average = reduce_window(b, BinaryOp::Add, &Window::new(&[1, 2, 2, 1], &[1, 1, 1, 1]), pooled);
    mean_square(b, average)
}

#[test]
fn gradient_of_gradient_of_a_conv_net() {
    let inputs = [random(1, &[2, 6, 5, 1]), random(2, &[3, 3, 1, 3])];
    check(&inputs, conv_net);
    check(&inputs, |b, p| {
        let loss = conv_net(b, p);
        let region = b.region;
        let by_kernel = gradient(b.function, region, 0, loss, &p[1..]).unwrap()[0].unwrap();
        mean_square(b, by_kernel)
    });
}
