// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions: results, an op in either form, calls, terminators.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::Parser;
use super::attribute::Attributes;
use super::cursor::unquote;
use super::lexer::Kind;
use super::tuple::{Held, Types, Values};
use super::types::Signature;
use crate::{Code, Diagnostic, RegionId, Result, ValueId};

/// More instructions than any program has: inlined calls can multiply.
const MAX_INSTRUCTIONS: usize = 1 << 20;

/// An instruction in generic form. Pretty forms are read into it too.
pub(super) struct Form<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) attributes: Attributes,
    pub(super) operands: Values,
    pub(super) regions: Vec<RegionId>,
    /// The result types in the text; none for an op whose attributes give them.
    pub(super) results: Option<Types>,
}

impl<'a> Parser<'a> {
    /// `%0:2 = stablehlo.op ..`.
    pub(super) fn instruction(&mut self) -> Result<()> {
        let place = self.c.place();
        let names = self.result_names()?;
        let results = self.values()?;
        let wanted: usize = names.iter().map(|n| n.1).sum();
        if wanted != results.held.len() && !names.is_empty() {
            let message = format!("{wanted} results are named, but there are {}", results.held.len());
            return Err(Diagnostic::new(Code::Parse, message).at(Some(&place)));
        }
        let mut taken = 0;
        for (name, count) in names {
            let values = results.part(taken, count).unwrap_or_default();
            taken += count;
            if let (Some(Held::Tensor), Some(&first)) = (values.held.first(), values.first())
                && self.function.value(first).name.is_none()
            {
                self.name_value(first, &name[1..]);
            }
            self.define(name, values)?;
        }
        Ok(())
    }

    /// `%0 =`, `%0:2 =`, `%a, %b =`, or nothing.
    fn result_names(&mut self) -> Result<SmallVec<[(&'a str, usize); 2]>> {
        let mut names = SmallVec::new();
        if !self.c.is(Kind::Value) {
            return Ok(names);
        }
        loop {
            let name = self.c.expect_kind(Kind::Value, "a result's name")?.text;
            let mut count = 1;
            if self.c.eat(":") {
                let token = self.c.expect_kind(Kind::Int, "the number of results")?;
                count = token.text.parse().ok().filter(|&n| n <= u32::MAX as usize).ok_or_else(|| self.c.error("too many results"))?;
            }
            names.push((name, count));
            if !self.c.eat(",") {
                self.c.expect("=", "after results")?;
                return Ok(names);
            }
        }
    }

    /// Reads an op or a call, and appends it to the region.
    fn values(&mut self) -> Result<Values> {
        let place = self.c.place();
        if self.function.num_insts() >= MAX_INSTRUCTIONS {
            return Err(self.c.error(format!("a function has more than {MAX_INSTRUCTIONS} instructions, with its calls inlined")));
        }
        let form = match (self.c.token.kind, self.c.token.text) {
            (Kind::Ident, name) => {
                self.c.take();
                self.pretty(name)
            }
            (Kind::Str, _) => {
                let name = unquote(self.c.take().text);
                self.generic(name)
            }
            _ => return Err(self.c.expected("an op")),
        };
        let form = form.map_err(|e| e.at(Some(&place)))?;
        let stated = self.trailing_location()?.flatten();
        let location = stated.unwrap_or(place);
        self.make(form, &location).map_err(|e| e.at(Some(&location)))
    }

    /// Reads `return %0 : T`, if it comes next; returns its values.
    pub(super) fn terminator(&mut self) -> Result<Option<Values>> {
        let generic = match (self.c.token.kind, self.c.token.text) {
            (Kind::Ident, "return" | "func.return" | "stablehlo.return") => false,
            (Kind::Str, "\"func.return\"" | "\"stablehlo.return\"") => true,
            _ => return Ok(None),
        };
        self.c.take();
        let values = if generic { self.operands_in_parentheses()? } else { self.operands()? };
        self.attributes()?;
        if generic || !values.held.is_empty() {
            let signature = self.signature()?;
            self.check_row(&values, &signature.operands, "a returned value")?;
        }
        self.trailing_location()?;
        Ok(Some(values))
    }

    /// A use of a tensor.
    pub(super) fn operand(&mut self) -> Result<ValueId> {
        let (place, value) = (self.c.mark(), self.any_operand()?);
        if let ([Held::Tensor], &[value]) = (&value.held[..], &value[..]) {
            return Ok(value);
        }
        self.c.go_to(place);
        Err(self.c.error(format!("{} is {}, not a tensor", self.c.token.text, value.held.first().map_or("nothing", Held::noun))))
    }

    /// A use of a value.
    pub(super) fn any_operand(&mut self) -> Result<Values> {
        let token = self.c.token;
        if token.kind != Kind::Value {
            return Err(self.c.expected("an operand"));
        }
        let (name, index) = match token.text.split_once('#') {
            Some((name, index)) => (name, index.parse().ok()),
            None => (token.text, Some(0)),
        };
        let value = self.lookup(name).map(|values| index.and_then(|i: usize| values.part(i, 1)));
        match value {
            Some(Some(value)) => {
                self.c.take();
                Ok(value)
            }
            Some(None) => Err(self.c.error(format!("{} has no such result", token.text))),
            None => Err(self.c.error(format!("{name} is not defined here"))),
        }
    }

    /// `%x, %y`, or nothing. A comma before something other than an operand is left.
    pub(super) fn operands(&mut self) -> Result<Values> {
        let mut operands = Values::default();
        if self.c.is(Kind::Value) {
            operands.append(self.any_operand()?);
            loop {
                let comma = self.c.mark();
                if !self.c.eat(",") {
                    break;
                }
                if !self.c.is(Kind::Value) {
                    self.c.go_to(comma);
                    break;
                }
                operands.append(self.any_operand()?);
            }
        }
        Ok(operands)
    }

    /// `(%x, %y)`.
    pub(super) fn operands_in_parentheses(&mut self) -> Result<Values> {
        self.c.expect("(", "to begin operands")?;
        let mut operands = Values::default();
        self.separated(")", "after an operand", |p| {
            operands.append(p.any_operand()?);
            Ok(())
        })?;
        Ok(operands)
    }

    /// The result types of a signature that states every operand's type.
    pub(super) fn full_signature(&mut self, operands: &Values) -> Result<Types> {
        let signature = self.signature()?;
        let Some(results) = signature.results else { return Err(self.c.expected("'->' after operand types")) };
        self.check_row(operands, &signature.operands, "an operand")?;
        Ok(results)
    }

    /// The result types of a signature that may state one type for all operands and the result.
    pub(super) fn short_signature(&mut self, operands: &Values) -> Result<Types> {
        let Signature { operands: mut stated, results } = self.signature()?;
        let results = match results {
            Some(results) => results,
            None if stated.held.len() == 1 => {
                let one = std::mem::take(&mut stated);
                (0..operands.held.len()).for_each(|_| stated.append(one.clone()));
                one
            }
            None => return Err(self.c.expected("'->' after operand types")),
        };
        self.check_row(operands, &stated, "an operand")?;
        Ok(results)
    }
}
