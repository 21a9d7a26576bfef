// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `gather` and `scatter`.

use super::*;
use crate::{Axes, GatherDims, ScatterDims};

/// Gathers rows of a matrix. Each index vector has one component.
fn rows(size: usize) -> GatherDims {
    GatherDims {
        offset_dims: Axes::from_slice(&[1]),
        collapsed_slice_dims: Axes::from_slice(&[0]),
        operand_batching_dims: Axes::new(),
        start_indices_batching_dims: Axes::new(),
        start_index_map: Axes::from_slice(&[0]),
        index_vector_dim: 1,
        slice_sizes: Axes::from_slice(&[1, size]),
        indices_are_sorted: false,
    }
}

fn to_rows(unique: bool) -> ScatterDims {
    ScatterDims {
        update_window_dims: Axes::from_slice(&[1]),
        inserted_window_dims: Axes::from_slice(&[0]),
        input_batching_dims: Axes::new(),
        scatter_indices_batching_dims: Axes::new(),
        scatter_dims_to_operand_dims: Axes::from_slice(&[0]),
        index_vector_dim: 1,
        indices_are_sorted: false,
        unique_indices: unique,
    }
}

#[test]
fn gather() {
    let squares = |b: &mut Builder<'_>, p: &[ValueId], dims: GatherDims| {
        let found = b.emit(Op::Gather(Box::new(dims)), p).unwrap();
        b.mul(found, found)
    };
    let indices = tensor(&[5], &[0i32, 6, 2, -3, 99]);
    check(&[random(1, &[7, 3]), indices], |b, p| squares(b, p, rows(3)));

    let windows = GatherDims { offset_dims: Axes::from_slice(&[0, 2]), collapsed_slice_dims: Axes::new(), ..rows(3) };
    let windows = GatherDims { slice_sizes: Axes::from_slice(&[2, 3]), ..windows };
    check(&[random(2, &[6, 3]), tensor(&[3, 1], &[0i64, 4, 5])], |b, p| squares(b, p, windows.clone()));

    let points = GatherDims {
        offset_dims: Axes::from_slice(&[1]),
        collapsed_slice_dims: Axes::from_slice(&[0, 2]),
        start_index_map: Axes::from_slice(&[0, 2]),
        slice_sizes: Axes::from_slice(&[1, 3, 1]),
        ..rows(3)
    };
    check(&[random(3, &[4, 3, 5]), tensor(&[3, 2], &[0u8, 4, 3, 9, 3, 9])], |b, p| squares(b, p, points.clone()));

    let batched = GatherDims {
        offset_dims: Axes::new(),
        collapsed_slice_dims: Axes::from_slice(&[1]),
        operand_batching_dims: Axes::from_slice(&[0]),
        start_indices_batching_dims: Axes::from_slice(&[0]),
        start_index_map: Axes::from_slice(&[1]),
        index_vector_dim: 2,
        slice_sizes: Axes::from_slice(&[1, 1]),
        indices_are_sorted: false,
    };
    check(&[random(4, &[3, 6]), tensor(&[3, 2, 1], &[0i32, 5, 1, 1, 7, 2])], |b, p| squares(b, p, batched.clone()));
}

fn check_scatter(reducer: Reducer, unique: bool, indices: &[i32]) {
    let inputs = [random(1, &[6, 3]), tensor(&[indices.len()], indices), random(2, &[indices.len(), 3])];
    check(&inputs, |b, p| {
        let body = b.reducer(reducer, DType::F64);
        let inst = b.emit_inst(Op::Scatter(Box::new(to_rows(unique))), p, &[body]).unwrap();
        let written = b.function.inst(inst).results[0];
        b.mul(written, written)
    });
}

#[test]
fn scatter() {
    let reducer = Reducer::Binary;
    check_scatter(reducer(BinaryOp::Add), false, &[0, 2, 2, 5]);
    check_scatter(reducer(BinaryOp::Add), true, &[4, -1, 99, 2]);
    check_scatter(Reducer::Replace, true, &[5, 2, 0]);
    check_scatter(Reducer::Replace, false, &[0, 2, 2, 99, 5, 0]);
    check_scatter(reducer(BinaryOp::Multiply), true, &[5, 2, 77]);
    check_scatter(reducer(BinaryOp::Maximum), false, &[0, 2, 2, 99, 5]);
    check_scatter(reducer(BinaryOp::Minimum), false, &[0, 2, 2, 5, 5]);
}

#[test]
fn scatter_of_one_active_operand() {
    let indices = tensor(&[3], &[0i32, 2, 2]);
    let (base, updates) = (random(1, &[6, 3]), random(2, &[3, 3]));
    for reducer in [Reducer::Binary(BinaryOp::Add), Reducer::Replace, Reducer::Binary(BinaryOp::Maximum)] {
        let write = |b: &mut Builder<'_>, operands: [ValueId; 3]| {
            let body = b.reducer(reducer, DType::F64);
            let inst = b.emit_inst(Op::Scatter(Box::new(to_rows(false))), &operands, &[body]).unwrap();
            b.function.inst(inst).results[0]
        };
        check(&[base.clone(), indices.clone()], |b, p| {
            let updates = b.constant(updates.clone());
            write(b, [p[0], p[1], updates])
        });
        check(&[updates.clone(), indices.clone()], |b, p| {
            let base = b.constant(base.clone());
            write(b, [base, p[1], p[0]])
        });
    }
}
