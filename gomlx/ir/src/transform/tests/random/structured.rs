// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The ops of random graphs that have dimension numbers. They work on vectors, like all values in these graphs.

use smallvec::SmallVec;

use super::SIZE;
use crate::{Axes, BinaryOp, Builder, ConvDims, DType, DotDims, HostTensor, Op, Reducer, ScatterDims, UnaryOp, ValueId, Window};

/// Convolves one vector with the other as the kernel.
pub(super) fn convolution(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    let [x, y] = [x, y].map(|v| b.reshape(v, &[1.into(), 1.into(), SIZE.into()]));
    let one = Axes::from_slice(&[1]);
    let dims = ConvDims {
        input_batch: 0,
        input_feature: 1,
        input_spatial: [2][..].into(),
        kernel_input_feature: 0,
        kernel_output_feature: 1,
        kernel_spatial: [2][..].into(),
        output_batch: 0,
        output_feature: 1,
        output_spatial: [2][..].into(),
        strides: one.clone(),
        padding: SmallVec::from_elem((1, 1), 1),
        lhs_dilation: one.clone(),
        rhs_dilation: one,
        reversal: SmallVec::from_elem(true, 1),
        feature_groups: 1,
        batch_groups: 1,
        out: DType::F64,
    };
    let result = b.emit(Op::Convolution(Box::new(dims)), &[x, y]).unwrap();
    let flat = b.reshape(result, &[SIZE.into()]);
    b.unary(UnaryOp::Tanh, flat)
}

/// Adds elements at positions. Two positions are equal, and one is out of bounds.
pub(super) fn scatter_add(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    let places = b.constant(HostTensor::new(&[SIZE], &[1i32, 7, 1]).unwrap());
    let dims = ScatterDims {
        update_window_dims: Axes::new(),
        inserted_window_dims: [0][..].into(),
        input_batching_dims: Axes::new(),
        scatter_indices_batching_dims: Axes::new(),
        scatter_dims_to_operand_dims: [0][..].into(),
        index_vector_dim: 1,
        indices_are_sorted: false,
        unique_indices: false,
    };
    let body = b.reducer(Reducer::Binary(BinaryOp::Add), DType::F64);
    let inst = b.emit_inst(Op::Scatter(Box::new(dims)), &[x, places, y], &[body]).unwrap();
    let sum = b.function.inst(inst).results[0];
    b.unary(UnaryOp::Sine, sum)
}

/// For each element, the larger of it and its neighbour, plus the sum of all elements up to it.
pub(super) fn windows(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let mut parts = [(BinaryOp::Maximum, 2, (0, 1)), (BinaryOp::Add, SIZE, (SIZE as i64 - 1, 0))].map(|(op, size, padding)| {
        let mut window = Window::new(&[size], &[1]);
        window.padding = SmallVec::from_elem(padding, 1);
        let (initial, body) = (b.identity(op, DType::F64), b.reducer(Reducer::Binary(op), DType::F64));
        let inst = b.emit_inst(Op::ReduceWindow(window), &[x, initial], &[body]).unwrap();
        b.function.inst(inst).results[0]
    });
    parts[1] = b.unary(UnaryOp::Tanh, parts[1]);
    b.add(parts[0], parts[1])
}

/// Replaces the last two elements of one vector by two elements of another.
pub(super) fn updated(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    let [from, to] = [0.0, 5.0].map(|start| b.scalar(DType::I32, start));
    let piece = b.emit(Op::DynamicSlice([2][..].into()), &[y, from]).unwrap();
    b.emit(Op::DynamicUpdateSlice, &[x, piece, to]).unwrap()
}

/// Multiplies two vectors elementwise, as a batch of products.
pub(super) fn batched_product(b: &mut Builder<'_>, x: ValueId, y: ValueId) -> ValueId {
    let [x, y] = [x, y].map(|v| b.reshape(v, &[SIZE.into(), 1.into()]));
    let dims = DotDims {
        lhs_batch: [0][..].into(),
        rhs_batch: [0][..].into(),
        lhs_contracting: [1][..].into(),
        rhs_contracting: [1][..].into(),
        out: DType::F64,
    };
    let product = b.emit(Op::DotGeneral(dims), &[x, y]).unwrap();
    b.unary(UnaryOp::Tanh, product)
}
