// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Custom calls: comparisons of test modules, calls that change nothing on one device, and calls that JAX writes
//! although there are ops for them (ops whose sizes are operands; [`super::lapack`] has the functions on matrices).

use super::Parser;
use super::attribute::Attribute;
use super::build::need;
use super::instruction::Form;
use super::tuple::Values;
use crate::{Axes, Dim, Factorization, Location, Op, Result, Shape, Window, bail};

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
            "ApproxTopK" => self.approximate_top_k(form, location)?,
            "Qr" => self.push(Op::Factor(Factorization::Qr), args, location)?.into(),
            "ProductOfElementaryHouseholderReflectors" => self.push(Op::Factor(Factorization::Reflectors), args, location)?.into(),
            "LuDecomposition" => self.push(Op::Factor(Factorization::Lu), args, location)?.into(),
            "Eigh" => {
                let lower = match a.text("backend_config").and_then(|options| options.split(',').next()) {
                    Some("0") => false,
                    Some("1") => true,
                    _ => bail!(Parse, "@Eigh: 'backend_config' does not begin with 0 or 1 for the triangle"),
                };
                self.push(Op::Factor(Factorization::Eigh { lower }), args, location)?.into()
            }
            "gomlx.schur" => self.push(Op::Factor(Factorization::Schur), args, location)?.into(),
            "gomlx.svd" => {
                let full = match a.text("backend_config") {
                    Some("full") => true,
                    Some("thin") => false,
                    _ => bail!(Parse, "@gomlx.svd: 'backend_config' is neither full nor thin"),
                };
                self.push(Op::Factor(Factorization::Svd { full }), args, location)?.into()
            }
            _ if target.starts_with("check.") => {
                self.check(target, args, a, location)?;
                Values::default()
            }
            _ => match target.strip_prefix("lapack_").and_then(|t| t.strip_prefix(['s', 'd', 'c', 'z'])) {
                Some(function) => self.lapack(function, form, location)?,
                None => bail!(Unsupported, "custom call @{target} is not supported"),
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

    /// The `top_k` first of two sorted operands, values and their positions; two initial values; the order is a
    /// function. The call may leave some out of a large operand. Here it does not.
    fn approximate_top_k(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let form = takes(form, 4)?;
        let options = form.attributes.fields("mhlo.backend_config")?;
        let (k, axis) = (need(options.size("top_k")?, "top_k")?, need(options.size("reduction_dim")?, "reduction_dim")?);
        let Some(Attribute::List(called)) = form.attributes.get("called_computations") else {
            bail!(Parse, "expected attribute 'called_computations'");
        };
        let [Attribute::Symbol(comparator)] = called.as_slice() else { bail!(Parse, "ApproxTopK: one function is called") };
        let (sorted, initials) = form.operands.split_at(2);
        let (region, _) = self.outline(comparator, &vec![initials[0], initials[0], initials[1], initials[1]].into())?;
        let inst = self.function.push(self.region, Op::Sort { axis, stable: true }, sorted, &[region], Some(location))?;
        let mut results = vec![];
        let all = self.function.inst(inst).results.clone();
        for sorted in all {
            let mut limits = self.function.shape(sorted).dims.clone();
            limits[axis] = Dim::Lit(k);
            let (starts, strides) = (Axes::from_elem(0, limits.len()), Axes::from_elem(1, limits.len()));
            results.extend(self.push(Op::Slice { starts, limits, strides }, &[sorted], location)?);
        }
        Ok(results.into())
    }
}

/// Checks the number of operands of a call.
pub(super) fn takes<'f, 'a>(form: &'f Form<'a>, count: usize) -> Result<&'f Form<'a>> {
    if form.operands.len() != count {
        let target = form.attributes.text("call_target_name").unwrap_or_default();
        bail!(Graph, "@{target} takes {count} operands, not {}", form.operands.len());
    }
    Ok(form)
}
