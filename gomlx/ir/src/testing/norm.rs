// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Batch normalisation, neighbours of floating-point numbers, and further cases of solves and Fourier transforms.

use super::control::with_regions;
use super::elementwise::emit;
use super::{Case, case, complex, from_f64, uniform};
use crate::{Axes, BatchNorm, BinaryOp, DType, FftKind, HostTensor, Op, TransposeA, TriangularSolve};

pub(super) fn cases(cases: &mut Vec<Case>) {
    solves(cases);
    transforms(cases);
    normalisations(cases);
    bits(cases);
    derivatives(cases);
}

fn solves(cases: &mut Vec<Case>) {
    for dtype in [DType::F32, DType::F64] {
        for left_side in [true, false] {
            // The diagonal stays away from zero.
            let a = uniform(dtype, &[2, 5, 5], 0.5, 1.0, 1);
            let dims: [usize; 3] = if left_side { [2, 5, 3] } else { [2, 3, 5] };
            let inputs = vec![a, uniform(dtype, &dims, -1.0, 1.0, 2)];
            cases.push(case(format!("triangular_solve_{}_{dtype}", if left_side { "left" } else { "right" }), inputs, |b, p| {
                let mut results = vec![];
                for lower in [true, false] {
                    for unit_diagonal in [true, false] {
                        for &transpose_a in TransposeA::ALL {
                            let solve = TriangularSolve { left_side, lower, unit_diagonal, transpose_a };
                            results.push(emit(b, Op::TriangularSolve(solve), p));
                        }
                    }
                }
                results
            }));
        }
    }
}

fn transforms(cases: &mut Vec<Case>) {
    for (real, whole) in [(DType::F32, DType::C64), (DType::F64, DType::C128)] {
        for lengths in [&[1][..], &[8], &[13], &[60], &[4, 6], &[3, 5, 7]] {
            let mut dims = vec![2];
            dims.extend_from_slice(lengths);
            let name = lengths.iter().map(usize::to_string).collect::<Vec<_>>().join("_");
            let axes = Axes::from(lengths);
            cases.push(case(format!("fft_{name}_{whole}"), vec![complex(whole, &dims, -1.0, 1.0, 1)], |b, p| {
                [FftKind::Fft, FftKind::Ifft].map(|kind| emit(b, Op::Fft(kind, axes.clone()), p)).to_vec()
            }));
            cases.push(case(format!("rfft_{name}_{real}"), vec![uniform(real, &dims, -1.0, 1.0, 2)], |b, p| {
                let spectrum = emit(b, Op::Fft(FftKind::Rfft, axes.clone()), p);
                vec![spectrum, emit(b, Op::Fft(FftKind::Irfft, axes.clone()), &[spectrum])]
            }));
        }
    }
}

fn normalisations(cases: &mut Vec<Case>) {
    for dtype in [DType::F32, DType::F64] {
        // In text, the last epsilon has an exponent and, as MLIR requires, a decimal point.
        for (dims, feature_index, epsilon) in [(&[4, 3][..], 1, 1e-3f32), (&[2, 5, 3], 1, 1e-3), (&[3, 2, 2], 0, 1e-5)] {
            let norm = BatchNorm { epsilon_bits: epsilon.to_bits(), feature_index };
            let n = [dims[feature_index]];
            let name = dims.iter().map(usize::to_string).collect::<Vec<_>>().join("_");
            let feature = |seed| uniform(dtype, &n, 0.5, 1.5, seed);
            let inputs = vec![uniform(dtype, dims, -1.0, 1.0, 1), feature(2), feature(3), feature(4), uniform(dtype, dims, -1.0, 1.0, 5)];
            cases.push(case(format!("batch_norm_{name}_{dtype}"), inputs, |b, p| {
                let [x, scale, mean, variance, outer] = [p[0], p[1], p[2], p[3], p[4]];
                let mut results = with_regions(b, Op::BatchNormTraining(norm), &[x, scale, mean], &[]);
                results.push(emit(b, Op::BatchNormInference(norm), &[x, scale, mean, mean, variance]));
                results.extend(with_regions(b, Op::BatchNormGrad(norm), &[x, scale, mean, variance, outer], &[]));
                results
            }));
        }
    }
}

fn bits(cases: &mut Vec<Case>) {
    let specials = [0.0, -0.0, 1.0, -1.3, 65519.0, 65520.0, 1e-6, -3e-5, 1e30, -1e30, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    for dtype in [DType::F16, DType::BF16, DType::F32, DType::F64] {
        let x = from_f64(dtype, &[13], &specials);
        let y = from_f64(dtype, &[13], &[1.0, -1.0, 1.0, 5.0, 0.0, f64::NAN, 1.0, 1.0, f64::INFINITY, 0.0, 0.0, 0.0, 1.0]);
        cases.push(case(format!("next_after_special_{dtype}"), vec![x, y], |b, p| vec![b.binary(BinaryOp::NextAfter, p[0], p[1])]));
    }
}

/// Derivatives of `lgamma`, with integer orders.
fn derivatives(cases: &mut Vec<Case>) {
    for dtype in [DType::F32, DType::F64] {
        let orders = from_f64(dtype, &[24], &(0..24).map(|i| f64::from(i % 5)).collect::<Vec<_>>());
        let inputs: Vec<HostTensor> = vec![orders, uniform(dtype, &[24], 0.5, 6.0, 1)];
        cases.push(case(format!("polygamma_orders_{dtype}"), inputs, |b, p| vec![b.binary(BinaryOp::Polygamma, p[0], p[1])]));
    }
}
