// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Instructions: results, an op in either form, calls, terminators.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::Parser;
use super::attribute::Attributes;
use super::cursor::unquote;
use super::lexer::Kind;
use super::types::Signature;
use crate::{Code, Diagnostic, RegionId, Result, Shape, ValueId};

/// More instructions than any program has: calls that are inlined can multiply.
const MAX_INSTRUCTIONS: usize = 1 << 20;

/// An instruction as the generic form has it, which the pretty forms are read into too.
pub(super) struct Form<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) attributes: Attributes,
    pub(super) operands: Vec<ValueId>,
    pub(super) regions: Vec<RegionId>,
    /// Types that the text states; nothing for an op whose attributes say it.
    pub(super) results: Option<Vec<Shape>>,
}

impl<'a> Parser<'a> {
    /// `%0:2 = stablehlo.op ..`.
    pub(super) fn instruction(&mut self) -> Result<()> {
        let place = self.c.place();
        let names = self.result_names()?;
        let results = self.values()?;
        let wanted: usize = names.iter().map(|n| n.1).sum();
        if wanted != results.len() && !names.is_empty() {
            let message = format!("{wanted} results are named, but there are {}", results.len());
            return Err(Diagnostic::new(Code::Parse, message).at(Some(&place)));
        }
        let mut rest = &results[..];
        for (name, count) in names {
            let (values, after) = rest.split_at(count);
            self.define(name, values)?;
            if let [first, ..] = values
                && self.function.value(*first).name.is_none()
            {
                self.name_value(*first, &name[1..]);
            }
            rest = after;
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

    /// An op or a call, put into the region.
    fn values(&mut self) -> Result<Vec<ValueId>> {
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

    /// `return %0 : T`, if it comes next; what it returns.
    pub(super) fn terminator(&mut self) -> Result<Option<Vec<ValueId>>> {
        let generic = match (self.c.token.kind, self.c.token.text) {
            (Kind::Ident, "return" | "func.return" | "stablehlo.return") => false,
            (Kind::Str, "\"func.return\"" | "\"stablehlo.return\"") => true,
            _ => return Ok(None),
        };
        self.c.take();
        let values = if generic { self.operands_in_parentheses()? } else { self.operands()? };
        self.attributes()?;
        if generic || !values.is_empty() {
            let signature = self.signature()?;
            self.check_types(&values, &signature.operands, "a returned value")?;
        }
        self.trailing_location()?;
        Ok(Some(values))
    }

    /// A use of a value.
    pub(super) fn operand(&mut self) -> Result<ValueId> {
        let token = self.c.token;
        if token.kind != Kind::Value {
            return Err(self.c.expected("an operand"));
        }
        let (name, index) = match token.text.split_once('#') {
            Some((name, index)) => (name, index.parse().ok()),
            None => (token.text, Some(0)),
        };
        let value = self.lookup(name).map(|values| index.and_then(|i: usize| values.get(i).copied()));
        match value {
            Some(Some(value)) => {
                self.c.take();
                Ok(value)
            }
            Some(None) => Err(self.c.error(format!("{} has no such result", token.text))),
            None => Err(self.c.error(format!("{name} is not defined here"))),
        }
    }

    /// `%x, %y`, or nothing; leaves a comma that something else follows.
    pub(super) fn operands(&mut self) -> Result<Vec<ValueId>> {
        let mut operands = vec![];
        if self.c.is(Kind::Value) {
            operands.push(self.operand()?);
            loop {
                let comma = self.c.mark();
                if !self.c.eat(",") {
                    break;
                }
                if !self.c.is(Kind::Value) {
                    self.c.go_to(comma);
                    break;
                }
                operands.push(self.operand()?);
            }
        }
        Ok(operands)
    }

    /// `(%x, %y)`.
    pub(super) fn operands_in_parentheses(&mut self) -> Result<Vec<ValueId>> {
        self.c.expect("(", "to begin operands")?;
        let mut operands = vec![];
        self.separated(")", "after an operand", |p| {
            operands.push(p.operand()?);
            Ok(())
        })?;
        Ok(operands)
    }

    /// The result types of a signature that states every operand's type.
    pub(super) fn full_signature(&mut self, operands: &[ValueId]) -> Result<Vec<Shape>> {
        let signature = self.signature()?;
        let Some(results) = signature.results else { return Err(self.c.expected("'->' after operand types")) };
        self.check_types(operands, &signature.operands, "an operand")?;
        Ok(results)
    }

    /// The result types of a signature that may state one type for all operands and the result.
    pub(super) fn short_signature(&mut self, operands: &[ValueId]) -> Result<Vec<Shape>> {
        let Signature { operands: mut stated, results } = self.signature()?;
        let results = match results {
            Some(results) => results,
            None if stated.len() == 1 => {
                let one = stated[0].clone();
                stated = vec![one.clone(); operands.len()];
                vec![one]
            }
            None => return Err(self.c.expected("'->' after operand types")),
        };
        self.check_types(operands, &stated, "an operand")?;
        Ok(results)
    }
}
