// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Ops whose data determines positions: dynamic slices, `gather`, `scatter`; and random bits.

use super::elementwise::emit;
use super::{Case, case, from_f64, uniform};
use crate::{Axes, BinaryOp, DType, GatherDims, HostTensor, Op, Reducer, RngAlgorithm, ScatterDims, Shape};

pub(super) fn cases(cases: &mut Vec<Case>) {
    dynamic_slices(cases);
    gathers(cases);
    scatters(cases);
    random_bits(cases);
}

fn dynamic_slices(cases: &mut Vec<Case>) {
    for dtype in [DType::F32, DType::I8, DType::F64] {
        // Starts inside, before and after the operand. The op clamps them.
        for (name, starts) in [("inside", [2.0, 1.0]), ("before", [-3.0, 0.0]), ("after", [40.0, 3.0])] {
            let [i, j] = starts.map(|s| from_f64(DType::I32, &[], &[s]));
            let x = uniform(dtype, &[7, 5], 0.0, 99.0, 1);
            let inputs = vec![x.clone(), i.clone(), j.clone()];
            cases.push(case(format!("dynamic_slice_{name}_{dtype}"), inputs, |b, p| vec![emit(b, Op::DynamicSlice([3, 2][..].into()), p)]));
            let inputs = vec![x, uniform(dtype, &[3, 2], 0.0, 99.0, 2), i, j];
            cases.push(case(format!("dynamic_update_slice_{name}_{dtype}"), inputs, |b, p| vec![emit(b, Op::DynamicUpdateSlice, p)]));
        }
    }
}

/// Dims of a gather of matrix rows.
fn rows(width: usize) -> GatherDims {
    GatherDims {
        offset_dims: [1][..].into(),
        collapsed_slice_dims: [0][..].into(),
        operand_batching_dims: Axes::new(),
        start_indices_batching_dims: Axes::new(),
        start_index_map: [0][..].into(),
        index_vector_dim: 1,
        slice_sizes: [1, width][..].into(),
        indices_are_sorted: false,
    }
}

fn gathers(cases: &mut Vec<Case>) {
    let mut add = |name: &str, x: HostTensor, indices: HostTensor, dims: GatherDims| {
        cases.push(case(format!("gather_{name}"), vec![x, indices], |b, p| vec![emit(b, Op::Gather(Box::new(dims)), p)]));
    };
    let x = |sizes: &[usize]| uniform(DType::F32, sizes, -1.0, 1.0, 1);
    let at = |sizes: &[usize], values: &[f64]| from_f64(DType::I32, sizes, values);
    add("rows", x(&[9, 4]), at(&[5, 1], &[0.0, 8.0, 3.0, 3.0, 1.0]), rows(4));
    // The op clamps positions that are out of bounds.
    add("rows_clamped", x(&[9, 4]), at(&[4, 1], &[-1.0, 9.0, 100.0, 2.0]), rows(4));
    add("rows_scalar_indices", x(&[9, 4]), at(&[3], &[2.0, 0.0, 7.0]), rows(4));
    add("no_rows", x(&[9, 4]), at(&[0, 1], &[]), rows(4));
    let elements = GatherDims {
        offset_dims: Axes::new(),
        collapsed_slice_dims: [0, 1][..].into(),
        start_index_map: [0, 1][..].into(),
        slice_sizes: [1, 1][..].into(),
        ..rows(1)
    };
    add("elements", x(&[4, 5]), at(&[3, 2], &[0.0, 4.0, 3.0, 0.0, 2.0, 2.0]), elements.clone());
    let batched = GatherDims {
        collapsed_slice_dims: [1][..].into(),
        operand_batching_dims: [0][..].into(),
        start_indices_batching_dims: [0][..].into(),
        start_index_map: [1][..].into(),
        ..elements
    };
    add("batched", x(&[3, 6]), at(&[3, 1], &[5.0, 0.0, 2.0]), batched);
    let windows = GatherDims {
        offset_dims: [1, 2][..].into(),
        collapsed_slice_dims: Axes::new(),
        start_index_map: [0, 1][..].into(),
        slice_sizes: [2, 3][..].into(),
        ..rows(1)
    };
    add("windows", x(&[6, 7]), at(&[2, 2], &[1.0, 2.0, 5.0, 6.0]), windows);
    for dtype in [DType::I64, DType::U8, DType::Bool, DType::BF16, DType::F64] {
        let x = uniform(dtype, &[9, 4], 0.0, 99.0, 1);
        add(&format!("rows_{dtype}"), x, from_f64(DType::I64, &[3, 1], &[2.0, 8.0, 0.0]), rows(4));
    }
}

fn scatters(cases: &mut Vec<Case>) {
    let rows = ScatterDims {
        update_window_dims: [1][..].into(),
        inserted_window_dims: [0][..].into(),
        input_batching_dims: Axes::new(),
        scatter_indices_batching_dims: Axes::new(),
        scatter_dims_to_operand_dims: [0][..].into(),
        index_vector_dim: 1,
        indices_are_sorted: false,
        unique_indices: false,
    };
    let elements = ScatterDims {
        update_window_dims: Axes::new(),
        inserted_window_dims: [0, 1][..].into(),
        scatter_dims_to_operand_dims: [0, 1][..].into(),
        ..rows.clone()
    };
    for dtype in [DType::F32, DType::F64, DType::I32, DType::BF16, DType::F16] {
        let x = uniform(dtype, &[6, 4], 0.0, 4.0, 1);
        let mut add = |name: &str, reducer, indices: HostTensor, updates: &[usize], dims: &ScatterDims| {
            let inputs = vec![x.clone(), indices, uniform(dtype, updates, 0.0, 4.0, 2)];
            cases.push(case(format!("scatter_{name}_{dtype}"), inputs, |b, p| {
                let body = b.reducer(reducer, dtype);
                let inst = b.emit_inst(Op::Scatter(Box::new(dims.clone())), p, &[body]).expect("a case is well-typed");
                b.function.inst(inst).results.to_vec()
            }));
        };
        let at = |sizes: &[usize], values: &[f64]| from_f64(DType::I32, sizes, values);
        let add_op = Reducer::Binary(BinaryOp::Add);
        // One row twice, and rows out of bounds, which the op drops.
        add("add_rows", add_op, at(&[4, 1], &[1.0, 5.0, 1.0, 0.0]), &[4, 4], &rows);
        add("add_rows_outside", add_op, at(&[3, 1], &[-1.0, 6.0, 2.0]), &[3, 4], &rows);
        add("max_rows", Reducer::Binary(BinaryOp::Maximum), at(&[3, 1], &[1.0, 1.0, 4.0]), &[3, 4], &rows);
        add("replace_rows", Reducer::Replace, at(&[3, 1], &[3.0, 1.0, 4.0]), &[3, 4], &rows);
        add("add_elements", add_op, at(&[3, 2], &[0.0, 3.0, 5.0, 0.0, 0.0, 3.0]), &[3], &elements);
        // The sum of the updates of one row is not a sum of rounded sums.
        add("add_row_often", add_op, at(&[1000, 1], &[1.0; 1000]), &[1000, 4], &rows);
        add("none", add_op, at(&[0, 1], &[]), &[0, 4], &rows);
    }
}

fn random_bits(cases: &mut Vec<Case>) {
    for (name, algorithm, words) in
        [("three_fry", RngAlgorithm::ThreeFry, 2), ("philox", RngAlgorithm::Philox, 2), ("philox_long", RngAlgorithm::Philox, 3)]
    {
        let state: Vec<u64> = (0..words).map(|i| 0x0123_4567_89ab_cdef ^ (i << 40)).collect();
        let state = HostTensor::new(&[words as usize], &state).expect("one word for each element");
        for dtype in [DType::U8, DType::U32, DType::U64] {
            for sizes in [&[7, 3][..], &[1], &[0], &[64]] {
                let size = sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("x");
                cases.push(case(format!("rng_{name}_{dtype}_{size}"), vec![state.clone()], |b, p| {
                    let op = Op::RngBitGenerator { algorithm, shape: Shape::new(dtype, sizes) };
                    let inst = b.emit_inst(op, p, &[]).expect("a case is well-typed");
                    b.function.inst(inst).results.to_vec()
                }));
            }
        }
    }
}
