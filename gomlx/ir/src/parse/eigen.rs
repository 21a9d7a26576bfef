// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! LAPACK's functions on general eigenproblems and tridiagonal systems, as JAX calls them on CPUs. Their results are
//! composed like the functions of users.

use super::Parser;
use super::build::need;
use super::custom::takes;
use super::instruction::Form;
use super::lapack::{any, letter};
use super::tuple::Values;
use crate::compose::{Composed, Composer, Stop, Var, compose};
use crate::{Code, DType, Diagnostic, Dim, Direction, Location, Result, ValueId, bail};

/// Composes the results of a call of its operands.
type Body<'b> = dyn for<'c> Fn(&'c Composer<'c>, &[Var<'c>]) -> Composed<Vec<Var<'c>>> + 'b;

impl<'a> Parser<'a> {
    /// Composes the results of a call, whose first operand holds matrices.
    fn composed(&mut self, form: &Form<'a>, location: &Location, body: &Body<'_>) -> Result<Vec<ValueId>> {
        let name = form.attributes.text("call_target_name").unwrap_or_default().to_owned();
        let results = compose(&name, &mut self.function, self.region, Some(location), &|c| {
            let operands: Vec<Var<'_>> = form.operands.iter().map(|&operand| c.var(operand)).collect();
            Ok(body(c, &operands)?.into_iter().collect())
        });
        match results {
            Ok(results) => Ok(results.to_vec()),
            Err(Stop::Wrong(error)) => Err(error),
            Err(Stop::Unknown) => Err(Diagnostic::new(Code::Shape, format!("@{name}: the sizes of the matrices are not known"))),
        }
    }

    /// `geev`: the eigenvalues, of real matrices their real and imaginary parts; the left and right eigenvectors; a
    /// code.
    pub(super) fn general_eigen(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 1)?;
        let wants = |name: &str| -> Result<bool> { Ok(letter(&form.attributes, name, ['N', 'V'])? == 'V') };
        let (wants_left, wants_right) = (wants("compute_left")?, wants("compute_right")?);
        let mut results = self.composed(form, location, &|c, x| {
            let eigen = x[0].eigen()?;
            // The call states shapes of vectors that it does not want, which nothing may read.
            let none = || Ok(c.full(eigen.values.dtype()?, x[0].dims()?, f64::NAN));
            let left = if wants_left { eigen.left()? } else { none()? };
            let right = if wants_right { eigen.right()? } else { none()? };
            Ok([parts(eigen.values, x[0])?, vec![left, right]].concat())
        })?;
        results.push(self.failed(results[0], location));
        Ok(results.into())
    }

    /// `gees`: the triangle, the vectors, the eigenvalues as [`general_eigen`](Self::general_eigen) gives them; the
    /// count of sorted eigenvalues; a code.
    pub(super) fn schur_form(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 1)?;
        letter(&form.attributes, "mode", ['N', 'V'])?;
        if letter(&form.attributes, "sort", ['N', 'S'])? == 'S' {
            bail!(Unsupported, "gees: eigenvalues in an order that the caller chooses are not supported");
        }
        let mut results = self.composed(form, location, &|c, x| {
            let (t, z) = c.schur(x[0]);
            Ok([vec![t, z], parts(t.schur_values()?, x[0])?, vec![no_code(x[0])?]].concat())
        })?;
        results.push(self.failed(results[2], location));
        Ok(results.into())
    }

    /// `gehrd`: the packed form, the factors of the reflections, a code.
    pub(super) fn hessenberg_form(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 1)?;
        let options = form.attributes.fields("mhlo.backend_config")?;
        let (low, high) = (need(options.size("low")?, "low")?, need(options.size("high")?, "high")?);
        let n = self.function.shape(form.operands[0]).dims.last().cloned();
        if low != 1 || n != Some(Dim::Lit(high)) {
            bail!(Unsupported, "gehrd: rows {low} to {high} are not the whole matrix");
        }
        let results = self.composed(form, location, &|_, x| {
            let (packed, taus) = x[0].packed_hessenberg()?;
            Ok(vec![packed, taus, no_code(x[0])?])
        })?;
        Ok(results.into())
    }

    /// `sytrd` and `hetrd`: the packed form, the diagonal, the off-diagonal, the factors of the reflections, a code.
    pub(super) fn tridiagonal_form(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 1)?;
        let lower = letter(&form.attributes, "uplo", ['L', 'U'])? == 'L';
        let results = self.composed(form, location, &|_, x| {
            let [packed, diagonal, off, taus] = x[0].tridiagonal(lower)?;
            Ok(vec![packed, diagonal, off, taus, no_code(x[0])?])
        })?;
        Ok(results.into())
    }

    /// `gtsv`: the diagonals, of which only the pivots on the main one are new; the solution; a code.
    pub(super) fn tridiagonal_solution(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 4)?;
        let mut results = self.composed(form, location, &|c, x| {
            let (pivots, solution) = c.eliminated(x[0], x[1], x[2], x[3])?;
            Ok(vec![x[0], pivots, x[2], solution])
        })?;
        let pivots = results[1];
        let mut b = self.builder(location);
        let zero = b.full_like(pivots, 0.0);
        let singular = b.compare(Direction::Eq, pivots, zero);
        results.push(any(&mut b, singular));
        Ok(results.into())
    }
}

/// Eigenvalues as LAPACK gives them: of real matrices their real and imaginary parts.
fn parts<'c>(values: Var<'c>, x: Var<'c>) -> Composed<Vec<Var<'c>>> {
    Ok(if x.dtype()?.is_complex() { vec![values] } else { vec![values.real(), values.imag()] })
}

/// A code of zero for each matrix.
fn no_code<'c>(x: Var<'c>) -> Composed<Var<'c>> {
    let dims = x.dims()?;
    Ok(x.composer().zeros(DType::I32, &dims[..dims.len() - 2]))
}
