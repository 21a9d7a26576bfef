// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! From an instruction as it was read to values in the function: most are one op of the same name,
//! others (calls, CHLO's shorthands) become several instructions or none.

use super::Parser;
use super::instruction::Form;
use crate::{Location, Op, Result, ValueId, bail};

/// What is not an op of the set, but becomes ops.
const FORMS: &[&str] = &["call", "chlo.square", "func.call", "stablehlo.composite", "stablehlo.custom_call"];

/// Whether [`Parser::make`] makes something else than one op of this name.
pub(super) fn is_form(name: &str) -> bool {
    FORMS.contains(&name)
}

impl<'a> Parser<'a> {
    /// The results of an instruction, which is put into the region.
    pub(super) fn make(&mut self, form: Form<'a>, location: &Location) -> Result<Vec<ValueId>> {
        let stated = form.results.clone();
        let (name, results) = self.made(form, location)?;
        if let Some(stated) = stated {
            self.check_types(&results, &stated, &format!("the result of {name}")).map_err(|mut e| {
                e.location = Some(location.clone());
                e
            })?;
        }
        Ok(results)
    }

    /// What messages call the instruction, and its results.
    fn made(&mut self, form: Form<'a>, location: &Location) -> Result<(&'static str, Vec<ValueId>)> {
        Ok(match (&*form.name, form.operands.as_slice()) {
            ("call" | "func.call", args) => {
                let Some(callee) = form.attributes.symbol("callee") else { bail!(Parse, "expected attribute 'callee'") };
                ("the call", self.call(callee, args)?)
            }
            ("stablehlo.composite", args) => {
                let Some(callee) = form.attributes.symbol("decomposition") else { bail!(Parse, "expected attribute 'decomposition'") };
                ("the composite", self.inline(callee, args)?)
            }
            ("stablehlo.custom_call", args) => {
                let Some(target) = form.attributes.text("call_target_name") else { bail!(Parse, "expected attribute 'call_target_name'") };
                ("the call", self.custom_call(target, args, &form.attributes, location)?)
            }
            ("chlo.square", &[x]) => ("chlo.square", self.push(Op::Binary(crate::BinaryOp::Multiply), &[x, x], location)?),
            (name, _) => {
                let op =
                    super::build::op(&self.function, name, &form.attributes, &form.operands, form.results.as_deref().unwrap_or_default())?;
                let name = op.name();
                let inst = self.function.push(self.region, op, &form.operands, &form.regions, Some(location))?;
                (name, self.function.inst(inst).results.to_vec())
            }
        })
    }

    /// Appends an op without regions; its results.
    fn push(&mut self, op: Op, operands: &[ValueId], location: &Location) -> Result<Vec<ValueId>> {
        let inst = self.function.push(self.region, op, operands, &[], Some(location))?;
        Ok(self.function.inst(inst).results.to_vec())
    }

    /// A call of a function of the module, which is inlined.
    fn call(&mut self, callee: &str, args: &[ValueId]) -> Result<Vec<ValueId>> {
        match self.source(callee, args)? {
            Some(values) => Ok(values),
            None => self.inline(callee, args),
        }
    }
}
