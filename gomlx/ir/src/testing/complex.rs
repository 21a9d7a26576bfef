// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Complex operands for every kind of op that takes them.

use super::control::{region, with_regions};
use super::elementwise::emit;
use super::{Case, case, complex, from_f64, uniform};
use crate::infer::infer;
use crate::{
    Axes, BinaryOp, Builder, CompareKind, ConvDims, DType, Dim, Direction, DotDims, GatherDims, Op, Reducer, ScatterDims, Shape,
    TransposeA, TriangularSolve, UnaryOp, ValueId,
};

pub(super) fn cases(cases: &mut Vec<Case>) {
    for dtype in [DType::C64, DType::C128] {
        functions(cases, dtype);
        parts(cases, dtype);
        movement(cases, dtype);
        sums(cases, dtype);
        control(cases, dtype);
    }
}

fn functions(cases: &mut Vec<Case>, dtype: DType) {
    for &op in UnaryOp::ALL {
        let x = complex(dtype, &[67], -2.0, 2.0, 1);
        let mut taken = true;
        let made = case(format!("{}_{dtype}", Op::Unary(op).short_name()), vec![x], |b, p| {
            taken = infer(b.function, &Op::Unary(op), p, &[]).is_ok();
            if taken { vec![b.unary(op, p[0])] } else { vec![] }
        });
        cases.extend(taken.then_some(made));
    }
    let inputs = vec![complex(dtype, &[7, 5], -2.0, 2.0, 1), complex(dtype, &[7, 5], 0.5, 2.0, 2)];
    cases.push(case(format!("binary_{dtype}"), inputs, |b, p| {
        let ops = [BinaryOp::Add, BinaryOp::Subtract, BinaryOp::Multiply, BinaryOp::Divide, BinaryOp::Power];
        ops.map(|op| b.binary(op, p[0], p[1])).to_vec()
    }));
    let inputs = vec![complex(dtype, &[40], 0.0, 1.4, 1), complex(dtype, &[40], 0.0, 1.4, 1)];
    cases.push(case(format!("compare_{dtype}"), inputs, |b, p| {
        let shifted = b.emit(Op::Reverse([0][..].into()), &p[1..]).expect("an axis to reverse");
        let ops = [Direction::Eq, Direction::Ne].map(|d| Op::Compare(d, CompareKind::Float));
        ops.iter().flat_map(|op| [emit(b, op.clone(), p), emit(b, op.clone(), &[p[0], shifted])]).collect()
    }));
}

fn parts(cases: &mut Vec<Case>, dtype: DType) {
    let inputs = vec![
        complex(dtype, &[3, 5], -2.0, 2.0, 1),
        uniform(dtype.real(), &[3, 5], -2.0, 2.0, 2),
        uniform(DType::I32, &[3, 5], -9.0, 9.0, 3),
    ];
    cases.push(case(format!("parts_{dtype}"), inputs, |b, p| {
        let (re, im) = (b.unary(UnaryOp::Real, p[0]), b.unary(UnaryOp::Imag, p[0]));
        let swapped = b.binary(BinaryOp::Complex, im, re);
        let other = if dtype == DType::C64 { DType::C128 } else { DType::C64 };
        vec![re, im, swapped, b.convert(p[0], other), b.convert(p[1], dtype), b.convert(p[2], dtype), b.unary(UnaryOp::Imag, p[1])]
    }));
}

fn movement(cases: &mut Vec<Case>, dtype: DType) {
    let index = |i: f64| from_f64(DType::I32, &[], &[i]);
    let inputs = vec![
        complex(dtype, &[4, 3], -2.0, 2.0, 1),
        complex(dtype, &[], -2.0, 2.0, 2),
        uniform(DType::Bool, &[4, 3], 0.0, 1.0, 3),
        index(1.0),
        index(2.0),
        from_f64(DType::I32, &[3, 1], &[3.0, 0.0, 2.0]),
        complex(dtype, &[2, 2], -2.0, 2.0, 4),
    ];
    cases.push(case(format!("movement_{dtype}"), inputs, |b, p| {
        let x = p[0];
        let lit = |dims: &[usize]| dims.iter().map(|&d| Dim::Lit(d)).collect();
        let rows = GatherDims {
            offset_dims: [1][..].into(),
            collapsed_slice_dims: [0][..].into(),
            operand_batching_dims: Axes::new(),
            start_indices_batching_dims: Axes::new(),
            start_index_map: [0][..].into(),
            index_vector_dim: 1,
            slice_sizes: [1, 3][..].into(),
            indices_are_sorted: false,
        };
        let slice = Op::Slice { starts: [1, 0][..].into(), limits: lit(&[4, 3]), strides: [2, 1][..].into() };
        let pad = Op::Pad { low: [1, 0][..].into(), high: [0, -1][..].into(), interior: [1, 0][..].into() };
        let ops: [(Op, Vec<ValueId>); 11] = [
            (Op::Transpose([1, 0][..].into()), vec![x]),
            (Op::Reshape(lit(&[2, 6])), vec![x]),
            (Op::BroadcastInDim { dims: lit(&[4, 2, 3]), axes: [0, 2][..].into() }, vec![x]),
            (slice, vec![x]),
            (pad, vec![x, p[1]]),
            (Op::Concatenate(0), vec![x, x]),
            (Op::Reverse([1][..].into()), vec![x]),
            (Op::DynamicSlice([2, 2][..].into()), vec![x, p[3], p[4]]),
            (Op::DynamicUpdateSlice, vec![x, p[6], p[3], p[4]]),
            (Op::Gather(Box::new(rows)), vec![x, p[5]]),
            (Op::Iota { shape: Shape::new(dtype, &[3, 2]), axis: 0 }, vec![]),
        ];
        let mut results: Vec<ValueId> = ops.into_iter().map(|(op, operands)| emit(b, op, &operands)).collect();
        let negative = b.neg(x);
        results.push(b.select(p[2], x, negative));
        results
    }));
}

fn sums(cases: &mut Vec<Case>, dtype: DType) {
    let inputs = vec![
        complex(dtype, &[4, 5], -1.0, 1.0, 1),
        complex(dtype, &[5, 3], -1.0, 1.0, 2),
        from_f64(DType::I32, &[3, 1], &[1.0, 1.0, 9.0]),
        complex(dtype, &[3, 5], -1.0, 1.0, 3),
    ];
    cases.push(case(format!("sums_{dtype}"), inputs, |b, p| {
        let dims = DotDims {
            lhs_batch: Axes::new(),
            rhs_batch: Axes::new(),
            lhs_contracting: [1][..].into(),
            rhs_contracting: [0][..].into(),
            out: dtype,
        };
        let product = emit(b, Op::DotGeneral(dims), &p[..2]);
        let sum = b.reduce_sum(p[0], &[1]);
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
        let body = b.reducer(Reducer::Binary(BinaryOp::Add), dtype);
        let scattered = with_regions(b, Op::Scatter(Box::new(rows)), &[p[0], p[2], p[3]], &[body])[0];
        // In a product, each part of the result depends on both parts of the operands.
        let one = b.scalar(dtype, 1.0);
        let body = b.reducer(Reducer::Binary(BinaryOp::Multiply), dtype);
        let products = with_regions(b, Op::Reduce([0][..].into()), &[p[0], one], &[body])[0];
        vec![product, sum, scattered, products]
    }));
    let inputs = vec![complex(dtype, &[1, 6, 2], -1.0, 1.0, 1), complex(dtype, &[3, 2, 4], -1.0, 1.0, 2)];
    cases.push(case(format!("convolution_{dtype}"), inputs, |b, p| {
        let dims = ConvDims {
            input_batch: 0,
            input_feature: 2,
            input_spatial: [1][..].into(),
            kernel_input_feature: 1,
            kernel_output_feature: 2,
            kernel_spatial: [0][..].into(),
            output_batch: 0,
            output_feature: 2,
            output_spatial: [1][..].into(),
            strides: [1][..].into(),
            padding: [(1, 1)][..].into(),
            lhs_dilation: [1][..].into(),
            rhs_dilation: [1][..].into(),
            reversal: [false][..].into(),
            feature_groups: 1,
            batch_groups: 1,
            out: dtype,
        };
        vec![emit(b, Op::Convolution(Box::new(dims)), p)]
    }));
    let inputs = vec![complex(dtype, &[4, 4], 0.5, 1.0, 1), complex(dtype, &[4, 2], -1.0, 1.0, 2)];
    cases.push(case(format!("triangular_solve_{dtype}"), inputs, |b, p| {
        let solve = |transpose_a| TriangularSolve { left_side: true, lower: true, unit_diagonal: false, transpose_a };
        TransposeA::ALL.iter().map(|&t| emit(b, Op::TriangularSolve(solve(t)), p)).collect()
    }));
}

fn control(cases: &mut Vec<Case>, dtype: DType) {
    let inputs = vec![from_f64(DType::I32, &[], &[0.0]), complex(dtype, &[5], -0.5, 0.5, 1)];
    cases.push(case(format!("control_{dtype}"), inputs, |b, p| {
        let state = [b.shape(p[0]).clone(), b.shape(p[1]).clone()];
        let condition = region(b, &state, |b, s| {
            let bound = b.scalar(DType::I32, 4.0);
            vec![b.compare(Direction::Lt, s[0], bound)]
        });
        let body = region(b, &state, |b, s| {
            let one = b.scalar(DType::I32, 1.0);
            let square = b.mul(s[1], s[1]);
            vec![b.add(s[0], one), b.add(square, p[1])]
        });
        let mut results = with_regions(b, Op::While, p, &[condition, body]);
        let zero = b.scalar(DType::I32, 0.0);
        let predicate = b.compare(Direction::Eq, p[0], zero);
        let branches = [UnaryOp::Negate, UnaryOp::Exponential].map(|op| region(b, &[], |b: &mut Builder<'_>, _| vec![b.unary(op, p[1])]));
        results.extend(with_regions(b, Op::If, &[predicate], &branches));
        results
    }));
    let inputs = vec![complex(dtype, &[11], -1.0, 1.0, 1), uniform(DType::I32, &[11], 0.0, 50.0, 2)];
    cases.push(case(format!("sort_with_{dtype}"), inputs, |b, p| {
        let scalars = [DType::I32, DType::I32, dtype, dtype].map(Shape::scalar);
        let body = region(b, &scalars, |b, q| vec![b.compare(Direction::Lt, q[0], q[1])]);
        with_regions(b, Op::Sort { axis: 0, stable: true }, &[p[1], p[0]], &[body])
    }));
}
