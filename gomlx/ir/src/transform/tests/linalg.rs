// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Matrix decompositions, Fourier transforms, complex numbers, orders, normalisations, and functions of two operands
//! that are differentiable in only one of them.

use super::*;
use crate::{Axes, BatchNorm, FftKind, Result, TransposeA, TriangularSolve, UnaryOp};

/// A complex value with two real parts.
fn complex(b: &mut Builder<'_>, re: ValueId, im: ValueId) -> ValueId {
    b.binary(BinaryOp::Complex, re, im)
}

/// A real function that depends on all parts of a complex value.
fn parts(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let (re, im) = (b.unary(UnaryOp::Real, x), b.unary(UnaryOp::Imag, x));
    let product = b.mul(re, im);
    let square = b.mul(im, im);
    let twice = b.scale(product, 2.0);
    let sum = b.add(twice, square);
    b.add(sum, re)
}

/// Makes a positive definite matrix from any matrix.
fn definite(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let n = b.shape(x).size(1);
    let dims = crate::DotDims {
        lhs_batch: Axes::from_slice(&[0]),
        rhs_batch: Axes::from_slice(&[0]),
        lhs_contracting: Axes::from_slice(&[2]),
        rhs_contracting: Axes::from_slice(&[2]),
        out: b.shape(x).dtype,
    };
    let product = b.emit(Op::DotGeneral(dims), &[x, x]).unwrap();
    let shape = crate::Shape::new(DType::I32, &[n, n]);
    let rows = b.emit(Op::Iota { shape: shape.clone(), axis: 0 }, &[]).unwrap();
    let columns = b.emit(Op::Iota { shape, axis: 1 }, &[]).unwrap();
    let diagonal = b.compare(crate::Direction::Eq, rows, columns);
    let eye = b.convert(diagonal, DType::F64);
    let dims = b.shape(product).dims.clone();
    let eye = b.broadcast(eye, &dims, &[1, 2]);
    b.add(product, eye)
}

/// The lower or upper triangle of matrices, with zeros elsewhere.
fn triangle(b: &mut Builder<'_>, x: ValueId, lower: bool) -> ValueId {
    let n = b.shape(x).size(1);
    let shape = crate::Shape::new(DType::I32, &[n, n]);
    let rows = b.emit(Op::Iota { shape: shape.clone(), axis: 0 }, &[]).unwrap();
    let columns = b.emit(Op::Iota { shape, axis: 1 }, &[]).unwrap();
    let direction = if lower { crate::Direction::Ge } else { crate::Direction::Le };
    let kept = b.compare(direction, rows, columns);
    let dims = b.shape(x).dims.clone();
    let kept = b.broadcast(kept, &dims, &[1, 2]);
    let zeros = b.full_like(x, 0.0);
    b.select(kept, x, zeros)
}

#[test]
fn cholesky() {
    for lower in [true, false] {
        check(&[random(1, &[2, 3, 3])], |b, p| {
            let a = definite(b, p[0]);
            let l = b.emit(Op::Cholesky(lower), &[a]).unwrap();
            triangle(b, l, lower)
        });
    }
}

#[test]
fn triangular_solves() {
    for left_side in [true, false] {
        for lower in [true, false] {
            for unit_diagonal in [true, false] {
                for &transpose_a in TransposeA::ALL {
                    let solve = TriangularSolve { left_side, lower, unit_diagonal, transpose_a };
                    let dims: &[usize] = if left_side { &[2, 3, 2] } else { &[2, 2, 3] };
                    check(&[random(1, &[2, 3, 3]), random(2, dims)], |b, p| {
                        let a = definite(b, p[0]);
                        b.emit(Op::TriangularSolve(solve), &[a, p[1]]).unwrap()
                    });
                }
            }
        }
    }
}

#[test]
fn fourier_transforms() {
    for (lengths, dims) in [(&[5][..], &[2, 5][..]), (&[4], &[2, 4]), (&[3, 4], &[3, 4]), (&[1], &[2, 1])] {
        let lengths = Axes::from_slice(lengths);
        check(&[random(1, dims)], |b, p| {
            let y = b.emit(Op::Fft(FftKind::Rfft, lengths.clone()), p).unwrap();
            parts(b, y)
        });
        for kind in [FftKind::Fft, FftKind::Ifft] {
            check(&[random(1, dims), random(2, dims)], |b, p| {
                let x = complex(b, p[0], p[1]);
                let y = b.emit(Op::Fft(kind, lengths.clone()), &[x]).unwrap();
                parts(b, y)
            });
        }
        let mut half = dims.to_vec();
        *half.last_mut().unwrap() = dims.last().unwrap() / 2 + 1;
        check(&[random(1, &half), random(2, &half)], |b, p| {
            let x = complex(b, p[0], p[1]);
            b.emit(Op::Fft(FftKind::Irfft, lengths.clone()), &[x]).unwrap()
        });
    }
}

#[test]
fn complex_numbers() {
    let inputs = [between(1, &[3], 0.3, 1.2), between(2, &[3], 0.3, 1.2)];
    for op in [
        UnaryOp::Exponential,
        UnaryOp::Log,
        UnaryOp::Sine,
        UnaryOp::Cosine,
        UnaryOp::Tanh,
        UnaryOp::Sqrt,
        UnaryOp::Rsqrt,
        UnaryOp::Sign,
        UnaryOp::Negate,
        UnaryOp::Logistic,
        UnaryOp::Acos,
        UnaryOp::Acosh,
        UnaryOp::Asin,
        UnaryOp::Asinh,
        UnaryOp::Atan,
        UnaryOp::Atanh,
        UnaryOp::Sinh,
        UnaryOp::Cosh,
    ] {
        check(&inputs, |b, p| {
            let x = complex(b, p[0], p[1]);
            let y = b.unary(op, x);
            parts(b, y)
        });
    }
    check(&inputs, |b, p| {
        let x = complex(b, p[0], p[1]);
        b.unary(UnaryOp::Abs, x)
    });
    for op in [BinaryOp::Multiply, BinaryOp::Divide, BinaryOp::Add, BinaryOp::Subtract, BinaryOp::Power] {
        check(&inputs, |b, p| {
            let (x, y) = (complex(b, p[0], p[1]), complex(b, p[1], p[0]));
            let z = b.binary(op, x, y);
            parts(b, z)
        });
    }
    check(&inputs, |b, p| {
        let x = complex(b, p[0], p[1]);
        let real = b.convert(x, DType::F64);
        let again = b.convert(real, DType::C128);
        let product = b.mul(again, x);
        parts(b, product)
    });
}

#[test]
fn orders() {
    check(&[random(1, &[3, 5]), random(2, &[3, 5])], |b, p| {
        let region = b.function.add_region();
        let params = [0; 4].map(|_| b.function.add_region_param(region, crate::Shape::scalar(DType::F64)));
        let less = Builder::new(b.function, region).compare(crate::Direction::Gt, params[0], params[1]);
        b.function.region_mut(region).results = vec![less];
        let sort = b.emit_inst(Op::Sort { axis: 1, stable: true }, p, &[region]).unwrap();
        let results = b.function.inst(sort).results.clone();
        let square = b.mul(results[0], results[0]);
        b.mul(square, results[1])
    });
    check(&[random(3, &[3, 5])], |b, p| {
        let top = b.emit_inst(Op::TopK(2), p, &[]).unwrap();
        let largest = b.function.inst(top).results[0];
        b.mul(largest, largest)
    });
}

#[test]
fn maps() {
    check(&[random(1, &[3, 2]), random(2, &[3, 2])], |b, p| {
        let region = b.function.add_region();
        let params = [0; 2].map(|_| b.function.add_region_param(region, crate::Shape::scalar(DType::F64)));
        let mut inner = Builder::new(b.function, region);
        let sine = inner.unary(UnaryOp::Sine, params[0]);
        let product = inner.mul(sine, params[1]);
        b.function.region_mut(region).results = vec![product];
        let map = b.emit_inst(Op::Map, p, &[region]).unwrap();
        b.function.inst(map).results[0]
    });
}

#[test]
fn normalisations() {
    let norm = BatchNorm { epsilon_bits: 0.01f32.to_bits(), feature_index: 1 };
    let vectors = [random(2, &[3]), random(3, &[3]), random(4, &[3]), between(5, &[3], 0.5, 2.0)];
    let [scale, offset, mean, variance] = vectors;
    let x = random(1, &[4, 3, 2]);
    check(&[x.clone(), scale.clone(), offset.clone()], |b, p| {
        let inst = b.emit_inst(Op::BatchNormTraining(norm), p, &[]).unwrap();
        let results = b.function.inst(inst).results.clone();
        let dims = b.shape(results[0]).dims.clone();
        let [mean, variance] = [results[1], results[2]].map(|v| b.broadcast(v, &dims, &[1]));
        let product = b.mul(results[0], mean);
        b.add(product, variance)
    });
    check(&[x.clone(), scale.clone(), offset, mean.clone(), variance.clone()], |b, p| b.emit(Op::BatchNormInference(norm), p).unwrap());
    check(&[x, scale, mean, variance, random(6, &[4, 3, 2])], |b, p| {
        let inst = b.emit_inst(Op::BatchNormGrad(norm), p, &[]).unwrap();
        let results = b.function.inst(inst).results.clone();
        let dims = b.shape(results[0]).dims.clone();
        let [by_scale, by_offset] = [results[1], results[2]].map(|v| b.broadcast(v, &dims, &[1]));
        let product = b.mul(results[0], by_scale);
        b.add(product, by_offset)
    });
}

#[test]
fn functions_of_an_order() {
    let orders = tensor(&[4], &[0.0, 1.0, 2.0, 3.0]);
    check(&[between(1, &[4], 0.5, 3.0)], |b, p| {
        let order = b.constant(orders.clone());
        b.binary(BinaryOp::Polygamma, order, p[0])
    });
    let exponents = between(2, &[4], 1.5, 4.0);
    check(&[between(3, &[4], 0.5, 3.0)], |b, p| {
        let exponent = b.constant(exponents.clone());
        b.binary(BinaryOp::Zeta, exponent, p[0])
    });
    let order = function(&[random(1, &[2]), random(2, &[2])], |b, p| b.binary(BinaryOp::Zeta, p[0], p[1]));
    assert!(vjp_function(&order).unwrap_err().0[0].message.starts_with("zeta of f64[2], f64[2] has no derivative"));
}

#[test]
fn a_sort_is_made_to_give_its_places_once() -> Result<(), crate::Diagnostics> {
    let inputs = [random(1, &[5])];
    let f = function(&inputs, |b, p| {
        let region = b.function.add_region();
        let params = [0; 2].map(|_| b.function.add_region_param(region, crate::Shape::scalar(DType::F64)));
        let less = Builder::new(b.function, region).compare(crate::Direction::Lt, params[0], params[1]);
        b.function.region_mut(region).results = vec![less];
        let sort = b.emit_inst(Op::Sort { axis: 0, stable: true }, p, &[region]).unwrap();
        let sorted = b.function.inst(sort).results[0];
        b.mul(sorted, sorted)
    });
    let twice = jvp_function(&vjp_function(&f)?)?;
    let sorts: Vec<usize> =
        twice.body().insts.iter().map(|&id| twice.inst(id)).filter(|i| matches!(i.op, Op::Sort { .. })).map(|i| i.operands.len()).collect();
    assert_eq!(sorts, [2]);
    Ok(())
}
