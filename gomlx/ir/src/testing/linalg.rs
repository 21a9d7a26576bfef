// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Decompositions, triangular systems, Fourier transforms and reduced precision.

use super::{Case, case, from_f64, uniform};
use crate::{BinaryOp, Builder, DType, DotDims, FftKind, HostTensor, Op, TransposeA, TriangularSolve, UnaryOp, ValueId};

pub(super) fn cases(cases: &mut Vec<Case>) {
    for (dims, dtype) in [(&[4, 4][..], DType::F32), (&[3, 9, 9], DType::F64), (&[1, 1], DType::F32), (&[2, 0, 0], DType::F32)] {
        for lower in [true, false] {
            let name = format!("cholesky_{}_{dims:?}_{}", if lower { "lower" } else { "upper" }, dtype.name());
            cases.push(case(name, vec![positive(dtype, dims)], |b, p| vec![one(b, Op::Cholesky(lower), &[p[0]])]));
        }
    }
    for left_side in [true, false] {
        for transpose_a in [TransposeA::NoTranspose, TransposeA::Transpose] {
            for (lower, unit_diagonal) in [(true, false), (false, false), (true, true), (false, true)] {
                let solve = TriangularSolve { left_side, lower, unit_diagonal, transpose_a };
                let sides = if left_side { [2, 5, 3] } else { [2, 3, 5] };
                let inputs = vec![positive(DType::F32, &[2, 5, 5]), uniform(DType::F32, &sides, -1.0, 1.0, 3)];
                let name = format!("triangular_solve_{left_side}_{lower}_{unit_diagonal}_{}", transpose_a.name());
                cases.push(case(name, inputs, |b, p| vec![one(b, Op::TriangularSolve(solve), p)]));
            }
        }
    }
    for lengths in [&[1][..], &[8], &[7], &[12], &[4, 6], &[3, 5], &[2, 3, 4]] {
        let dims: Vec<usize> = [3].iter().chain(lengths).copied().collect();
        let part = |seed| uniform(DType::F32, &dims, -1.0, 1.0, seed);
        for kind in [FftKind::Fft, FftKind::Ifft] {
            cases.push(case(format!("{}_{lengths:?}", kind.name()), vec![part(1), part(2)], |b, p| {
                let x = b.binary(BinaryOp::Complex, p[0], p[1]);
                let y = one(b, Op::Fft(kind, lengths.into()), &[x]);
                vec![b.unary(UnaryOp::Real, y), b.unary(UnaryOp::Imag, y)]
            }));
        }
        cases.push(case(format!("RFFT_and_IRFFT_{lengths:?}"), vec![part(3)], |b, p| {
            let y = one(b, Op::Fft(FftKind::Rfft, lengths.into()), &[p[0]]);
            let z = one(b, Op::Fft(FftKind::Irfft, lengths.into()), &[y]);
            vec![b.unary(UnaryOp::Real, y), b.unary(UnaryOp::Imag, y), z]
        }));
    }
    let values = [0.0, -0.0, 1.0, -1.3, 1e-6, 6e-8, 65519.0, 65520.0, 1e30, -1e-30, f64::NAN, f64::INFINITY, 3.001, 0.125];
    for dtype in [DType::F16, DType::BF16, DType::F32, DType::F64] {
        for (exponent, mantissa) in [(5, 10), (8, 7), (4, 3), (5, 0), (11, 52), (2, 23)] {
            let name = format!("reduce_precision_{}_{exponent}_{mantissa}", dtype.name());
            cases.push(case(name, vec![from_f64(dtype, &[14], &values)], |b, p| {
                vec![one(b, Op::ReducePrecision { exponent, mantissa }, &[p[0]])]
            }));
        }
    }
    // Factors a matrix times its transpose and solves a system with the factor.
    cases.push(case(
        "solve_by_cholesky",
        vec![uniform(DType::F64, &[6, 6], -1.0, 1.0, 5), uniform(DType::F64, &[6, 2], -1.0, 1.0, 6)],
        |b, p| {
            let dims = DotDims {
                lhs_batch: [].into_iter().collect(),
                rhs_batch: [].into_iter().collect(),
                lhs_contracting: [1].into_iter().collect(),
                rhs_contracting: [1].into_iter().collect(),
                out: DType::F64,
            };
            let square = one(b, Op::DotGeneral(dims), &[p[0], p[0]]);
            let factor = one(b, Op::Cholesky(true), &[square]);
            let half = TriangularSolve { left_side: true, lower: true, unit_diagonal: false, transpose_a: TransposeA::NoTranspose };
            vec![one(b, Op::TriangularSolve(half), &[factor, p[1]])]
        },
    ));
}

fn one(b: &mut Builder<'_>, op: Op, operands: &[ValueId]) -> ValueId {
    b.emit(op, operands).expect("a case is well-typed")
}

/// Symmetric matrices with a large diagonal.
fn positive(dtype: DType, dims: &[usize]) -> HostTensor {
    let n = dims[dims.len() - 1];
    let mut elements = uniform(dtype, dims, -0.4, 0.4, 11).to_f64_vec();
    for matrix in elements.chunks_exact_mut((n * n).max(1)) {
        for i in 0..n {
            matrix[i * n + i] = n as f64 + 0.5 * i as f64;
            for j in 0..i {
                matrix[j * n + i] = matrix[i * n + j];
            }
        }
    }
    from_f64(dtype, dims, &elements)
}
