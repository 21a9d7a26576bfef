// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! LAPACK's functions, which JAX calls on CPUs, as ops.
//!
//! Most give a code for each matrix, which is zero unless they failed. JAX writes NaN where it is not.

use super::Parser;
use super::attribute::Attributes;
use super::build::need;
use super::custom::takes;
use super::instruction::Form;
use super::tuple::Values;
use crate::{
    BinaryOp, Builder, DType, Direction, DotDims, Factorization, Location, Op, Result, TransposeA, TriangularSolve, UnaryOp, ValueId, bail,
};

impl<'a> Parser<'a> {
    /// A call of LAPACK's function with this name, without the letter of its element type.
    pub(super) fn lapack(&mut self, function: &str, form: &Form<'a>, location: &Location) -> Result<Values> {
        let a = &form.attributes;
        let mut factors = |factorization| self.push(Op::Factor(factorization), &form.operands, location);
        Ok(match function {
            "potrf_ffi" => self.cholesky_factor(form, location)?,
            "trsm_ffi" => self.solve(form, location)?,
            "geqrf_ffi" => factors(Factorization::Qr)?.into(),
            "orgqr_ffi" | "ungqr_ffi" => factors(Factorization::Reflectors)?.into(),
            "ormqr_ffi" | "unmqr_ffi" => self.reflected(form, location)?,
            "getrf_ffi" => {
                let results = factors(Factorization::Lu)?;
                let mut b = self.builder(location);
                // Positions of LAPACK count from one.
                let one = b.full_like(results[1], 1.0);
                let pivots = b.add(results[1], one);
                let diagonal = diagonal(&mut b, results[0]);
                let zero = b.full_like(diagonal, 0.0);
                let singular = b.compare(Direction::Eq, diagonal, zero);
                let info = any(&mut b, singular);
                vec![results[0], pivots, info].into()
            }
            "gesdd_ffi" => {
                let full = letter(a, "mode", ['A', 'S', 'N'])? == 'A';
                let has_vectors = letter(a, "mode", ['A', 'S', 'N'])? != 'N';
                let [u, s, vh] = factors(Factorization::Svd { full })?[..] else { bail!(Parse, "gesdd has three factors") };
                let info = self.failed(s, location);
                let matrix = form.operands[0];
                if has_vectors {
                    vec![matrix, s, u, vh, info].into()
                } else {
                    self.without_vectors(form, &[matrix, s, u, vh, info], location)?
                }
            }
            "syevd_ffi" | "heevd_ffi" => {
                let lower = letter(a, "uplo", ['L', 'U'])? == 'L';
                let [vectors, values] = factors(Factorization::Eigh { lower })?[..] else { bail!(Parse, "syevd has two factors") };
                let info = self.failed(values, location);
                vec![vectors, values, info].into()
            }
            "geev_ffi" => self.general_eigen(form, location)?,
            "gees_ffi" => self.schur_form(form, location)?,
            "gehrd_ffi" => self.hessenberg_form(form, location)?,
            "sytrd_ffi" | "hetrd_ffi" => self.tridiagonal_form(form, location)?,
            "gtsv_ffi" => self.tridiagonal_solution(form, location)?,
            _ => bail!(Unsupported, "custom call @{} is not supported", a.text("call_target_name").unwrap_or_default()),
        })
    }

    pub(super) fn builder(&mut self, location: &Location) -> Builder<'_> {
        let mut b = Builder::new(&mut self.function, self.region);
        b.location = Some(location.clone());
        b
    }

    /// `potrf`: the factor, and a code, which is not zero for a matrix that is not positive definite.
    fn cholesky_factor(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 1)?;
        let lower = letter(&form.attributes, "uplo", ['L', 'U'])? == 'L';
        let factor = self.push(Op::Cholesky(lower), &form.operands, location)?[0];
        let mut b = self.builder(location);
        let diagonal = diagonal(&mut b, factor);
        let diagonal = real(&mut b, diagonal);
        let zero = b.full_like(diagonal, 0.0);
        let positive = b.compare(Direction::Gt, diagonal, zero);
        let not = b.unary(UnaryOp::Not, positive);
        let info = any(&mut b, not);
        Ok(vec![factor, info].into())
    }

    /// `trsm`: the solution of a triangular system.
    fn solve(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 2)?;
        let a = &form.attributes;
        let transpose_a = match letter(a, "trans_x", ['N', 'T', 'C'])? {
            'T' => TransposeA::Transpose,
            'C' => TransposeA::Adjoint,
            _ => TransposeA::NoTranspose,
        };
        let solve = TriangularSolve {
            left_side: letter(a, "side", ['L', 'R'])? == 'L',
            lower: letter(a, "uplo", ['L', 'U'])? == 'L',
            unit_diagonal: letter(a, "diag", ['N', 'U'])? == 'U',
            transpose_a,
        };
        Ok(self.push(Op::TriangularSolve(solve), &form.operands, location)?.into())
    }

    /// `ormqr`: reflections, their factors and a matrix, which is multiplied by their product or its adjoint.
    fn reflected(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 3)?;
        let flag = |name: &str| -> Result<bool> { need(form.attributes.fields("mhlo.backend_config")?.bool(name)?, name) };
        let (left, adjoint) = (flag("left")?, flag("transpose")?);
        let (reflections, taus, matrix) = (form.operands[0], form.operands[1], form.operands[2]);
        let shape = self.function.shape(reflections).clone();
        let rank = shape.rank();
        if rank < 2 || self.function.shape(matrix).rank() != rank {
            bail!(Shape, "ormqr: {shape} and {} are no matrices", self.function.shape(matrix));
        }
        let (Some(m), Some(n)) = (shape.dims[rank - 2].lit(), shape.dims[rank - 1].lit()) else {
            bail!(Shape, "ormqr: {shape} is not known")
        };
        let mut high = vec![0; rank];
        high[rank - 1] = m as i64 - n as i64;
        let mut b = self.builder(location);
        let zero = b.scalar(shape.dtype, 0.0);
        let pad = Op::Pad { low: vec![0; rank].into(), high: high.into(), interior: vec![0; rank].into() };
        let square = b.emit(pad, &[reflections, zero])?;
        let mut q = b.emit(Op::Factor(Factorization::Reflectors), &[square, taus])?;
        if adjoint && shape.dtype.is_complex() {
            let (re, im) = (b.unary(UnaryOp::Real, q), b.unary(UnaryOp::Imag, q));
            let im = b.neg(im);
            q = b.binary(BinaryOp::Complex, re, im);
        }
        // The adjoint is contracted over its other axis.
        let (over, matrix_axis) = if left {
            (if adjoint { rank - 2 } else { rank - 1 }, rank - 2)
        } else {
            (if adjoint { rank - 1 } else { rank - 2 }, rank - 1)
        };
        let dims = |lhs: usize, rhs: usize| DotDims {
            lhs_batch: (0..rank - 2).collect(),
            rhs_batch: (0..rank - 2).collect(),
            lhs_contracting: [lhs].into_iter().collect(),
            rhs_contracting: [rhs].into_iter().collect(),
            out: shape.dtype,
        };
        let product = match left {
            true => b.emit(Op::DotGeneral(dims(over, matrix_axis)), &[q, matrix])?,
            false => b.emit(Op::DotGeneral(dims(matrix_axis, over)), &[matrix, q])?,
        };
        Ok(vec![product].into())
    }

    /// A code that is not zero where values are NaN.
    pub(super) fn failed(&mut self, values: ValueId, location: &Location) -> ValueId {
        let mut b = self.builder(location);
        let failed = b.compare(Direction::Ne, values, values);
        any(&mut b, failed)
    }

    /// The results of a call that wants no vectors: it states shapes of vectors, which nothing may read.
    fn without_vectors(&mut self, form: &Form<'a>, results: &[ValueId], location: &Location) -> Result<Values> {
        let stated = form.results.clone().unwrap_or_default();
        let mut b = self.builder(location);
        let unread = |(i, &value): (usize, &ValueId)| match stated.get(i) {
            Some(shape) if (2..4).contains(&i) && shape.known().is_some() => b.full(shape, f64::NAN),
            _ => value,
        };
        Ok(results.iter().enumerate().map(unread).collect::<Vec<_>>().into())
    }
}

fn real(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    if b.shape(x).dtype.is_complex() { b.unary(UnaryOp::Real, x) } else { x }
}

/// The diagonals of matrices, up to the shorter side.
fn diagonal(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let shape = b.shape(x).clone();
    let rank = shape.rank();
    let [rows, columns] = [rank - 2, rank - 1].map(|axis| {
        let positions = Op::Iota { shape: shape.with_dtype(DType::I32), axis };
        b.emit(positions, &[]).expect("the axis is one of the shape")
    });
    let same = b.compare(Direction::Eq, rows, columns);
    let zero = b.full_like(x, 0.0);
    let kept = b.select(same, x, zero);
    let (tall, wide) = (shape.dims[rank - 2].lit(), shape.dims[rank - 1].lit());
    b.reduce_sum(kept, &[if tall > wide { rank - 2 } else { rank - 1 }])
}

/// One for each row of the last axis in which any element is true, as a code of LAPACK.
pub(super) fn any(b: &mut Builder<'_>, x: ValueId) -> ValueId {
    let last = b.shape(x).rank() - 1;
    let any = b.reduce(BinaryOp::Or, x, &[last]);
    b.convert(any, DType::I32)
}

/// One of LAPACK's letters, of which there are codes in the attribute of a call.
pub(super) fn letter<const N: usize>(a: &Attributes, name: &str, known: [char; N]) -> Result<char> {
    let code = need(a.fields("mhlo.backend_config")?.size(name)?, name)?;
    let found = u8::try_from(code).map(char::from).ok().filter(|c| known.contains(c));
    let Some(letter) = found else { bail!(Attribute, "{name}: {code} is not the code of one of {known:?}") };
    Ok(letter)
}
