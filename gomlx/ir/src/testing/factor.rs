// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Factorizations of matrices. Where factors are free up to signs or phases, a case has products that do not depend on
//! them.

use super::{Case, case, from_f64, uniform};
use crate::{BinaryOp, Builder, DType, Direction, DotDims, Factorization, HostTensor, Op, UnaryOp, ValueId};

pub(super) fn cases(cases: &mut Vec<Case>) {
    for (dims, dtype) in [(&[3, 5, 4][..], DType::F32), (&[4, 6], DType::F64), (&[1, 1], DType::F32), (&[2, 3, 0], DType::F32)] {
        let a = || vec![uniform(dtype, dims, -1.0, 1.0, 3)];
        let name = |op: &str| format!("{op}_{dims:?}_{}", dtype.name());
        cases.push(case(name("qr"), a(), |b, p| factor(b, Factorization::Qr, p)));
        cases.push(case(name("lu"), a(), |b, p| factor(b, Factorization::Lu, p)));
        cases.push(case(name("svd"), a(), |b, p| products_of_svd(b, p[0], false)));
        cases.push(case(name("svd_full"), a(), |b, p| products_of_svd(b, p[0], true)));
    }
    // Columns that depend on each other, and a matrix of zeros.
    let dependent = [1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 1.0, -1.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let dependent = || vec![from_f64(DType::F64, &[2, 3, 3], &dependent)];
    cases.push(case("lu_singular", dependent(), |b, p| factor(b, Factorization::Lu, p)));
    cases.push(case("svd_singular", dependent(), |b, p| products_of_svd(b, p[0], true)));
    for lower in [true, false] {
        for (dims, dtype) in [(&[2, 5, 5][..], DType::F32), (&[4, 4], DType::F64), (&[1, 1], DType::F32)] {
            let name = format!("eigh_{}_{dims:?}_{}", if lower { "lower" } else { "upper" }, dtype.name());
            cases.push(case(name, vec![symmetric(dtype, dims)], |b, p| {
                let results = factor(b, Factorization::Eigh { lower }, p);
                vec![results[1], recomposed(b, results[0], results[1], results[0])]
            }));
        }
    }
    for (dims, dtype) in
        [(&[3, 6, 6][..], DType::F32), (&[7, 7], DType::F64), (&[2, 2], DType::F64), (&[1, 1], DType::F32), (&[2, 0, 0], DType::F32)]
    {
        let name = format!("schur_{dims:?}_{}", dtype.name());
        cases.push(case(name, vec![uniform(dtype, dims, -1.0, 1.0, 12)], |b, p| products_of_schur(b, p[0])));
    }
    // A cycle, whose first QR step changes nothing; two equal blocks; a triangle; a matrix without enough vectors.
    let known: [[f64; 16]; 4] = [
        [0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        [0.0, 1.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0, 0.0],
        [1.0, 2.0, 3.0, 4.0, 0.0, 5.0, 6.0, 7.0, 0.0, 0.0, 8.0, 9.0, 0.0, 0.0, 0.0, 10.0],
        [2.0, 1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, -1.0, 3.0],
    ];
    let known = from_f64(DType::F64, &[4, 4, 4], known.as_flattened());
    cases.push(case("schur_known", vec![known], |b, p| products_of_schur(b, p[0])));
    let bad = from_f64(DType::F32, &[2, 2, 2], &[1.0, f64::NAN, 0.0, 1.0, 1.0, 2.0, 3.0, 4.0]);
    cases.push(case("schur_nan", vec![bad], |b, p| {
        let results = factor(b, Factorization::Schur, p);
        results.into_iter().map(|x| b.compare(Direction::Ne, x, x)).collect()
    }));
    for dtype in [DType::F32, DType::F64] {
        let part = |seed| uniform(dtype, &[2, 5, 5], -1.0, 1.0, seed);
        cases.push(case(format!("complex_schur_{}", dtype.name()), vec![part(1), part(2)], |b, p| {
            let a = b.binary(BinaryOp::Complex, p[0], p[1]);
            let products = products_of_schur(b, a);
            products.into_iter().flat_map(|x| [UnaryOp::Real, UnaryOp::Imag].map(|part| b.unary(part, x))).collect()
        }));
    }
    // Small elements off the diagonal between equal ones, which XLA passes over; NaN in the triangle that is read.
    let near = [1.0, 1e-8, 1e-9, 1e-8, 1.0, 0.0, 1e-9, 0.0, 2.0];
    cases.push(case("eigh_nearly_diagonal", vec![from_f64(DType::F64, &[3, 3], &near)], |b, p| {
        let results = factor(b, Factorization::Eigh { lower: true }, p);
        let ones = b.full_like(results[1], 1.0);
        let apart = b.sub(results[1], ones);
        let whole = recomposed(b, results[0], results[1], results[0]);
        vec![b.scale(apart, 1e6), b.sub(whole, p[0])]
    }));
    let bad = from_f64(DType::F32, &[2, 2, 2], &[1.0, 0.0, f64::NAN, 1.0, 1.0, f64::NAN, 3.0, 4.0]);
    cases.push(case("eigh_nan", vec![bad], |b, p| {
        let results = factor(b, Factorization::Eigh { lower: true }, p);
        results.into_iter().map(|x| b.compare(Direction::Ne, x, x)).collect()
    }));
    let part = |seed| uniform(DType::F64, &[4, 3], -1.0, 1.0, seed);
    for (name, made) in [("qr", 0), ("lu", 1), ("svd", 2)] {
        cases.push(case(format!("complex_{name}"), vec![part(1), part(2)], |b, p| {
            let a = b.binary(BinaryOp::Complex, p[0], p[1]);
            let results = match made {
                0 => factor(b, Factorization::Qr, &[a]),
                1 => factor(b, Factorization::Lu, &[a])[..1].to_vec(),
                _ => products_of_svd(b, a, false),
            };
            let both = |b: &mut Builder<'_>, x: ValueId| [UnaryOp::Real, UnaryOp::Imag].map(|part| b.unary(part, x));
            let results = results.into_iter().flat_map(|x| if b.shape(x).dtype.is_complex() { both(b, x).to_vec() } else { vec![x] });
            results.collect()
        }));
    }
    let (a, taus) = (uniform(DType::F32, &[2, 5, 3], -0.5, 0.5, 7), uniform(DType::F32, &[2, 2], 0.5, 1.5, 8));
    cases.push(case("reflectors", vec![a, taus], |b, p| factor(b, Factorization::Reflectors, p)));
}

/// The matrix made of the factors, the product of the unitary one with its adjoint, and what of the triangle should be
/// zero: below the first diagonal under the main one, and one of both neighbours on it; of complex matrices all below.
fn products_of_schur(b: &mut Builder<'_>, a: ValueId) -> Vec<ValueId> {
    let results = factor(b, Factorization::Schur, &[a]);
    let (t, z) = (results[0], results[1]);
    let shape = b.shape(t).clone();
    let (rank, n) = (shape.rank(), shape.size(shape.rank() - 1));
    let first = product(b, z, z, rank - 1);
    let adjoint = adjoint_of(b, t);
    let zt = product(b, z, adjoint, rank - 1);
    let whole = product(b, zt, z, rank - 1);
    let positions = shape.with_dtype(DType::I32);
    let [rows, columns] = [rank - 2, rank - 1].map(|axis| {
        let op = Op::Iota { shape: positions.clone(), axis };
        b.emit(op, &[]).expect("the axis is one of the shape")
    });
    let distance = b.sub(rows, columns);
    let one = b.full_like(distance, if shape.dtype.is_complex() { 0.0 } else { 1.0 });
    let none = b.full_like(t, 0.0);
    let below = b.compare(Direction::Gt, distance, one);
    let below = b.select(below, t, none);
    if shape.dtype.is_complex() || n < 3 {
        return vec![whole, first, below];
    }
    let on = b.compare(Direction::Eq, distance, one);
    let on = b.select(on, t, none);
    let neighbours = |b: &mut Builder<'_>, from: usize| {
        let line = b.reduce_sum(on, &[rank - 1]);
        let (mut starts, mut limits) = (vec![0; rank - 1], b.shape(line).dims.clone());
        starts[rank - 2] = from;
        limits[rank - 2] = crate::Dim::Lit(n - 1 + from);
        b.emit(Op::Slice { starts: starts.into(), limits, strides: vec![1; rank - 1].into() }, &[line]).expect("within the dims")
    };
    let (here, next) = (neighbours(b, 0), neighbours(b, 1));
    vec![whole, first, below, b.mul(here, next)]
}

fn factor(b: &mut Builder<'_>, factorization: Factorization, operands: &[ValueId]) -> Vec<ValueId> {
    let inst = b.emit_inst(Op::Factor(factorization), operands, &[]).expect("a case is well-typed");
    b.function.inst(inst).results.to_vec()
}

/// The singular values, the matrix made of the factors, and the products of each unitary factor with its adjoint.
fn products_of_svd(b: &mut Builder<'_>, a: ValueId, full: bool) -> Vec<ValueId> {
    let results = factor(b, Factorization::Svd { full }, &[a]);
    let (u, s, vh) = (results[0], results[1], results[2]);
    let rank = b.shape(u).rank();
    let (uu, vv) = (product(b, u, u, rank - 2), product(b, vh, vh, rank - 1));
    let k = b.shape(s).dims.clone();
    let v = adjoint_of(b, vh);
    let first = |b: &mut Builder<'_>, x: ValueId| {
        let mut limits = b.shape(x).dims.clone();
        let last = limits.len() - 1;
        limits[last] = k[k.len() - 1].clone();
        let (starts, strides) = (vec![0; limits.len()].into(), vec![1; limits.len()].into());
        b.emit(Op::Slice { starts, limits, strides }, &[x]).expect("there are as many columns")
    };
    let (u, v) = (first(b, u), first(b, v));
    vec![s, recomposed(b, u, s, v), uu, vv]
}

/// `x diag(s) y^H`.
fn recomposed(b: &mut Builder<'_>, x: ValueId, s: ValueId, y: ValueId) -> ValueId {
    let shape = b.shape(x).clone();
    let rank = shape.rank();
    let axes: Vec<usize> = (0..rank - 2).chain([rank - 1]).collect();
    let s = b.broadcast(s, &shape.dims, &axes);
    let s = b.convert(s, shape.dtype);
    let scaled = b.mul(x, s);
    product(b, scaled, y, rank - 1)
}

/// The product over one axis of both, of the conjugate of the second.
fn product(b: &mut Builder<'_>, x: ValueId, y: ValueId, axis: usize) -> ValueId {
    let rank = b.shape(x).rank();
    let y = conjugate_of(b, y);
    let dims = DotDims {
        lhs_batch: (0..rank - 2).collect(),
        rhs_batch: (0..rank - 2).collect(),
        lhs_contracting: [axis].into_iter().collect(),
        rhs_contracting: [axis].into_iter().collect(),
        out: b.shape(x).dtype,
    };
    b.emit(Op::DotGeneral(dims), &[x, y]).expect("a case is well-typed")
}

fn conjugate_of(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    if !b.shape(x).dtype.is_complex() {
        return x;
    }
    let (re, im) = (b.unary(UnaryOp::Real, x), b.unary(UnaryOp::Imag, x));
    let im = b.neg(im);
    b.binary(BinaryOp::Complex, re, im)
}

fn adjoint_of(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let x = conjugate_of(b, x);
    let rank = b.shape(x).rank();
    let permutation: Vec<usize> = (0..rank - 2).chain([rank - 1, rank - 2]).collect();
    b.transpose(x, &permutation)
}

fn symmetric(dtype: DType, dims: &[usize]) -> HostTensor {
    let n = dims[dims.len() - 1];
    let mut elements = uniform(dtype, dims, -1.0, 1.0, 11).to_f64_vec();
    for matrix in elements.chunks_exact_mut(n * n) {
        for i in 0..n {
            for j in 0..i {
                matrix[j * n + i] = matrix[i * n + j];
            }
        }
    }
    from_f64(dtype, dims, &elements)
}
