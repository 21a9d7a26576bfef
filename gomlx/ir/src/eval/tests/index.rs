// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

use smallvec::smallvec;

use super::*;
use crate::{BinaryOp, GatherDims, Reducer, ScatterDims};

/// The index vectors of the spec's examples for `gather` and `scatter`.
fn vectors() -> HostTensor {
    t(&[2, 2, 3, 2], &[0i64, 0, 1, 0, 2, 1, 0, 1, 1, 1, 0, 9, 0, 0, 2, 1, 2, 2, 1, 2, 0, 1, 1, 0])
}

#[test]
fn gather_follows_the_spec_example() {
    let dims = GatherDims {
        offset_dims: smallvec![3, 4],
        collapsed_slice_dims: smallvec![1],
        operand_batching_dims: smallvec![0],
        start_indices_batching_dims: smallvec![1],
        start_index_map: smallvec![2, 1],
        index_vector_dim: 3,
        slice_sizes: smallvec![1, 1, 2, 2],
        indices_are_sorted: false,
    };
    let r = result(Op::Gather(Box::new(dims)), &[ones_up(DType::I32, &[2, 3, 4, 2]), vectors()]);
    let slices = [1, 3, 13, 33, 35, 41, 1, 13, 21, 43, 33, 27];
    let expected: Vec<i32> = slices.into_iter().flat_map(|first| first..first + 4).collect();
    assert_eq!(r.as_slice::<i32>().unwrap(), expected);
}

#[test]
fn rows_are_taken_by_number() {
    let dims = GatherDims {
        offset_dims: smallvec![1],
        collapsed_slice_dims: smallvec![0],
        operand_batching_dims: smallvec![],
        start_indices_batching_dims: smallvec![],
        start_index_map: smallvec![0],
        index_vector_dim: 1,
        slice_sizes: smallvec![1, 2],
        indices_are_sorted: false,
    };
    let r = result(Op::Gather(Box::new(dims)), &[ones_up(DType::F32, &[3, 2]), t(&[4], &[2u8, 0, 1, 200])]);
    assert_eq!(r.to_f64_vec(), [5.0, 6.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

#[test]
fn scatter_follows_the_spec_example() {
    let dims = ScatterDims {
        update_window_dims: smallvec![3, 4],
        inserted_window_dims: smallvec![1],
        input_batching_dims: smallvec![0],
        scatter_indices_batching_dims: smallvec![1],
        scatter_dims_to_operand_dims: smallvec![2, 1],
        index_vector_dim: 3,
        indices_are_sorted: false,
        unique_indices: false,
    };
    let x = ones_up(DType::I64, &[2, 3, 4, 2]);
    let r = results(Op::Scatter(Box::new(dims)), &[x, vectors(), t(&[2, 2, 3, 2, 2], &[1i64; 48])], |b| {
        vec![b.reducer(Reducer::Binary(BinaryOp::Add), DType::I64)]
    });
    let expected = [
        3i64, 4, 6, 7, 6, 7, 7, 8, 9, 10, 11, 12, 15, 16, 17, 18, 17, 18, 19, 20, 22, 23, 24, 25, 25, 26, 28, 29, 30, 31, 31, 32, 35, 36,
        38, 39, 38, 39, 39, 40, 41, 42, 44, 45, 46, 47, 47, 48,
    ];
    assert_eq!(r[0].as_slice::<i64>().unwrap(), expected);
}

#[test]
fn scatter_overwrites_in_order_and_drops_what_is_outside() {
    let dims = ScatterDims {
        update_window_dims: smallvec![],
        inserted_window_dims: smallvec![0],
        input_batching_dims: smallvec![],
        scatter_indices_batching_dims: smallvec![],
        scatter_dims_to_operand_dims: smallvec![0],
        index_vector_dim: 1,
        indices_are_sorted: false,
        unique_indices: false,
    };
    let inputs = [t(&[3], &[1f32, 2.0, 3.0]), t(&[4], &[1i32, -1, 3, 1]), t(&[4], &[10f32, 20.0, 30.0, 40.0])];
    let r = results(Op::Scatter(Box::new(dims)), &inputs, |b| vec![b.reducer(Reducer::Replace, DType::F32)]);
    assert_eq!(r[0].as_slice::<f32>().unwrap(), [1.0, 40.0, 3.0]);
}
