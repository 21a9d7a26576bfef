// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Custom calls: comparisons of test modules, calls that change nothing on one device, and calls that JAX writes
//! although there are ops for them (LAPACK's functions on CPU, and ops whose sizes are operands).

use super::Parser;
use super::attribute::{Attribute, Attributes};
use super::build::need;
use super::instruction::Form;
use super::tuple::Values;
use crate::{DType, HostTensor, Location, Op, Result, Shape, TransposeA, TriangularSolve, Window, bail};

impl<'a> Parser<'a> {
    /// `stablehlo.custom_call @target(%x) {..} : (T) -> T`.
    pub(super) fn custom_call(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let (args, a) = (&form.operands, &form.attributes);
        let Some(target) = a.text("call_target_name") else { bail!(Parse, "expected attribute 'call_target_name'") };
        Ok(match target {
            "Sharding" | "SPMDFullToShardShape" | "SPMDShardToFullShape" | "annotate_device_placement" | "LayoutConstraint" => args.clone(),
            "shape_assertion" => {
                self.shape_assertion(args, a)?;
                Values::default()
            }
            "gomlx.print" => {
                let Some(line) = a.text("backend_config") else { bail!(Parse, "expected attribute 'backend_config'") };
                self.push(Op::Print(Box::new(line.parse()?)), args, location)?.into()
            }
            "stablehlo.dynamic_reduce_window" => self.dynamic_reduce_window(form, location)?,
            "stablehlo.dynamic_rng_bit_generator" => {
                let Some([_, bits]) = form.results.as_deref() else { bail!(Parse, "@{target} has two results") };
                let Some(word) = a.keyword("rng_algorithm")? else { bail!(Parse, "expected attribute 'rng_algorithm'") };
                let Some(algorithm) = crate::RngAlgorithm::from_name(word) else { bail!(Parse, "no generator is called {word}") };
                let sizes = self.sizes(takes(form, 2)?, 1)?;
                let shape = Shape::new(bits.dtype, &sizes);
                self.push(Op::RngBitGenerator { algorithm, shape }, &args[..1], location)?.into()
            }
            "stablehlo.dynamic_top_k" => {
                let &[k] = &*self.sizes(takes(form, 2)?, 1)? else { bail!(Parse, "@{target}: the count is not a scalar") };
                self.push(Op::TopK(k), &args[..1], location)?.into()
            }
            _ if target.starts_with("check.") => {
                self.check(target, args, a, location)?;
                Values::default()
            }
            _ => match target.strip_prefix("lapack_").and_then(|t| t.strip_prefix(['s', 'd', 'c', 'z'])) {
                Some("potrf_ffi") => self.factor(form, location)?,
                Some("trsm_ffi") => self.solve(form, location)?,
                _ => bail!(Unsupported, "custom call @{target} is not supported"),
            },
        })
    }

    /// N operands, N initial values, then the window's sizes, strides and dilations and the padding; the body is a
    /// function.
    fn dynamic_reduce_window(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let Some(taken) = form.operands.len().checked_sub(5).filter(|n| n % 2 == 0) else {
            bail!(Graph, "dynamic_reduce_window: {} operands are not values, their initial ones, and 5 sizes", form.operands.len());
        };
        let Some(Attribute::List(called)) = form.attributes.get("called_computations") else {
            bail!(Parse, "expected attribute 'called_computations'");
        };
        let [Attribute::Symbol(reducer)] = called.as_slice() else { bail!(Parse, "dynamic_reduce_window: one body is called") };
        let [dims, strides, base_dilations, window_dilations] = [0, 1, 2, 3].map(|i| self.sizes(form, taken + i));
        let padding = self.numbers(form, taken + 4)?;
        let (pairs, rest) = padding.as_chunks::<2>();
        if !rest.is_empty() {
            bail!(Shape, "dynamic_reduce_window: padding {padding:?} is not pairs");
        }
        let window = Window {
            dims: dims?,
            strides: strides?,
            base_dilations: base_dilations?,
            window_dilations: window_dilations?,
            padding: pairs.iter().map(|&[low, high]| (low, high)).collect(),
        };
        let (values, initials) = form.operands[..taken].split_at(taken / 2);
        // Of the types of the initial values, twice.
        let (region, _) = self.outline(reducer, &[initials, initials].concat().into())?;
        let operands = [values, initials].concat();
        let inst = self.function.push(self.region, Op::ReduceWindow(window), &operands, &[region], Some(location))?;
        Ok(self.function.inst(inst).results.to_vec().into())
    }

    /// `potrf`: the factor, and for each matrix a code that says whether it has one. Without a factor, its elements are
    /// NaN.
    fn factor(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 1)?;
        let lower = letter(&form.attributes, "uplo", ['L', 'U'])? == 'L';
        let mut results = self.push(Op::Cholesky(lower), &form.operands, location)?;
        let sizes = self.function.shape(form.operands[0]).sizes();
        let info = HostTensor::zeros(DType::I32, &sizes[..sizes.len() - 2])?;
        results.extend(self.push(Op::Constant(info.into()), &[], location)?);
        Ok(results.into())
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
}

/// Checks the number of operands of a call.
fn takes<'f, 'a>(form: &'f Form<'a>, count: usize) -> Result<&'f Form<'a>> {
    if form.operands.len() != count {
        let target = form.attributes.text("call_target_name").unwrap_or_default();
        bail!(Graph, "@{target} takes {count} operands, not {}", form.operands.len());
    }
    Ok(form)
}

/// One of LAPACK's letters, of which there are codes in the attribute of a call.
fn letter<const N: usize>(a: &Attributes, name: &str, known: [char; N]) -> Result<char> {
    let code = need(a.fields("mhlo.backend_config")?.size(name)?, name)?;
    let found = u8::try_from(code).map(char::from).ok().filter(|c| known.contains(c));
    let Some(letter) = found else { bail!(Attribute, "{name}: {code} is not the code of one of {known:?}") };
    Ok(letter)
}
