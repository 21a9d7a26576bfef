// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Turns an instruction of the text into instructions of the function. Most become one op of the same name; others
//! (calls, shorthands of CHLO) become several instructions or none.

use super::attribute::{Attribute, Attributes};
use super::instruction::Form;
use super::tuple::{Values, is_regrouping};
use super::{Parser, chlo, collective, dynamic};
use crate::bitcast::{bitcast, is_packed};
use crate::infer::is_storage;
use crate::{Builder, Composite, Derivative, Location, Op, Result, ValueId, bail};

/// Names that are not ops of the set and become ops.
const FORMS: &[&str] = &["call", "func.call", "sdy.sharding_constraint", "stablehlo.composite", "stablehlo.custom_call"];

/// Whether an instruction of this name becomes something else than one op of that name.
pub(super) fn is_form(name: &str) -> bool {
    FORMS.contains(&name) || is_regrouping(name) || chlo::is_shorthand(name) || dynamic::is_dynamic(name) || collective::is_collective(name)
}

impl<'a> Parser<'a> {
    /// Appends an instruction to the region; returns its results.
    pub(super) fn make(&mut self, form: Form<'a>, location: &Location) -> Result<Values> {
        self.check_plain(&form)?;
        let stated = form.results.clone();
        let (name, results) = self.made(form, location)?;
        if let Some(stated) = stated {
            self.check_row(&results, &stated, &format!("the result of {name}")).map_err(|mut e| {
                e.location = Some(location.clone());
                e
            })?;
        }
        Ok(results)
    }

    /// Appends an instruction to the region; returns its name in messages, and its results.
    fn made(&mut self, form: Form<'a>, location: &Location) -> Result<(&'static str, Values)> {
        Ok(match (&*form.name, &form.operands) {
            ("call" | "func.call", args) => {
                let Some(callee) = form.attributes.symbol("callee") else { bail!(Parse, "expected attribute 'callee'") };
                ("the call", self.call(callee, args)?)
            }
            ("stablehlo.composite", args) => ("the composite", self.composite(&form.attributes, args, location)?),
            ("stablehlo.custom_call", _) => ("the call", self.custom_call(&form, location)?),
            // On one device every value is where it is needed.
            ("sdy.sharding_constraint", args) => ("the constraint", args.clone()),
            (name, _) if is_regrouping(name) => ("the op", self.regrouped(&form)?),
            ("stablehlo.optimization_barrier", args) if args.is_empty() => ("the op", args.clone()),
            (name, _) if chlo::is_shorthand(name) => ("the op", vec![self.chlo(&form, location)?].into()),
            (name, _) if collective::is_collective(name) => ("the op", self.collective(&form, location)?),
            (name, _) if dynamic::is_dynamic(name) => ("the op", self.dynamic(&form, location)?.into()),
            ("stablehlo.bitcast_convert", args) if self.packs(&form) => {
                let to = form.results.as_deref().and_then(|results| results.first()).map(|result| result.dtype);
                let (Some(to), [x]) = (to, &*args.flat) else { bail!(Parse, "expected one operand and one result") };
                let mut b = Builder { function: &mut self.function, region: self.region, location: Some(location.clone()) };
                ("bitcast_convert", vec![bitcast(&mut b, *x, to)?].into())
            }
            (name, _) => {
                let operands = self.factors(&form, location)?;
                let op = super::build::op(&self.function, name, &form.attributes, &operands, form.results.as_deref().unwrap_or_default())?;
                let name = op.name();
                if op == Op::While {
                    self.check_loop(&form.regions)?;
                }
                let inst = self.function.push(self.region, op, &operands, &form.regions, Some(location))?;
                (name, self.given(&form, self.function.inst(inst).results.to_vec())?)
            }
        })
    }

    /// `stablehlo.composite "name" %x {decomposition = @f} : (T) -> T`.
    fn composite(&mut self, a: &Attributes, args: &Values, location: &Location) -> Result<Values> {
        let Some(callee) = a.symbol("decomposition") else { bail!(Parse, "expected attribute 'decomposition'") };
        let attributes = match a.get("composite_attributes") {
            Some(Attribute::Str(text)) => text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or_default().trim(),
            _ => "",
        };
        let composite = Composite {
            name: a.text("name").unwrap_or_default().to_owned(),
            attributes: without_comments(attributes),
            version: a.int("version")?.unwrap_or(0),
        };
        let (region, held) = self.outline(callee, args)?;
        let derivative = Derivative::of_composite(&composite.name);
        let op = Op::Composite(Box::new(composite));
        let inst = self.function.push_marked(self.region, op, args, &[region], derivative, Some(location))?;
        Ok(Values { flat: self.function.inst(inst).results.to_vec(), held })
    }

    /// Appends an op without regions; returns its results.
    pub(super) fn push(&mut self, op: Op, operands: &[ValueId], location: &Location) -> Result<Vec<ValueId>> {
        let inst = self.function.push(self.region, op, operands, &[], Some(location))?;
        Ok(self.function.inst(inst).results.to_vec())
    }

    /// Whether a `bitcast_convert` puts elements of fewer than eight bits together, or takes such apart. It then has
    /// one axis more or fewer in its result. Our own texts also read the bytes of narrow types.
    fn packs(&self, form: &Form<'a>) -> bool {
        let (&[x], Some([result])) = (&*form.operands.flat, form.results.as_deref()) else { return false };
        let shape = self.function.shape(x);
        is_packed(shape.dtype, result.dtype) && !(is_storage(shape.dtype, result.dtype) && shape.dims == result.dims)
    }

    /// The operands of an op. JAX multiplies matrices of floating point numbers and integers, of which XLA makes
    /// numbers of the result's type.
    fn factors(&mut self, form: &Form<'a>, location: &Location) -> Result<Values> {
        let mut operands = form.operands.clone();
        let (&[x, y], Some([result])) = (&*operands.flat, form.results.as_deref()) else { return Ok(operands) };
        let [a, b] = [x, y].map(|v| self.function.shape(v).dtype);
        let mixed = (a.is_float() && b.is_int()) || (a.is_int() && b.is_float());
        if form.name == "stablehlo.dot_general" && mixed {
            for operand in &mut operands.flat {
                if self.function.shape(*operand).dtype != result.dtype {
                    *operand = self.push(Op::Convert(result.dtype), &[*operand], location)?[0];
                }
            }
        }
        Ok(operands)
    }

    /// Inlines the call of a function of the module.
    fn call(&mut self, callee: &str, args: &Values) -> Result<Values> {
        match self.source(callee, args)? {
            Some(values) => Ok(values),
            None => self.inline(callee, args),
        }
    }
}

/// The attributes without comments: they are printed on one line, which a comment would end.
fn without_comments(attributes: &str) -> String {
    let mut kept = String::with_capacity(attributes.len());
    let (mut quoted, mut rest) = (false, attributes.chars().peekable());
    while let Some(c) = rest.next() {
        match c {
            '/' if !quoted && rest.peek() == Some(&'/') => {
                rest.by_ref().find(|&c| c == '\n');
                kept.push(' ');
            }
            '\\' if quoted => {
                kept.push(c);
                kept.extend(rest.next());
            }
            _ => {
                quoted ^= c == '"';
                kept.push(c);
            }
        }
    }
    kept.trim().to_owned()
}
