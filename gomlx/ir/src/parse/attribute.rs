// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Attributes: the values that MLIR writes in `{name = value}`.

use std::sync::Arc;

use super::Parser;
use super::cursor::unquote;
use super::lexer::Kind;
use super::tuple::Types;
use crate::{Axes, Code, Diagnostic, HostTensor, Result};

/// A value.
#[derive(Clone)]
pub(super) enum Attribute {
    /// A name alone.
    Unit,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// `[1, 2]`, `array<i64: 1, 2>`.
    List(Vec<Attribute>),
    Dense(Arc<HostTensor>),
    Str(String),
    Symbol(String),
    /// `#stablehlo<rng_algorithm THREE_FRY>`: the last word.
    Keyword(String),
    /// `#stablehlo.gather<offset_dims = [1], index_vector_dim = 1>`.
    Fields(Attributes),
    /// `#stablehlo.conv<[b, 0, f]x[0, i, o]->[b, 0, f]>`.
    Conv(super::pretty::Layouts),
    /// `(T) -> (T)`: the types of the results.
    Function(Types),
    /// A value that does not change what an op computes: types, attributes of other dialects.
    Other,
}

/// Values by name.
#[derive(Clone, Default)]
pub(super) struct Attributes(Vec<(String, Attribute)>);

impl<'a> Parser<'a> {
    /// `{name = value, name}` if it comes next.
    pub(super) fn attributes(&mut self) -> Result<Attributes> {
        let mut attributes = Attributes::default();
        self.more_attributes(&mut attributes)?;
        Ok(attributes)
    }

    /// Reads `{name = value, name}`, if it comes next, into attributes that exist already.
    pub(super) fn more_attributes(&mut self, attributes: &mut Attributes) -> Result<()> {
        if self.c.eat("{") { self.named_values("}", attributes) } else { Ok(()) }
    }

    fn named_values(&mut self, close: &str, attributes: &mut Attributes) -> Result<()> {
        self.separated(close, "after an attribute", |p| {
            let name = match p.c.token.kind {
                Kind::Ident => p.c.take().text.to_owned(),
                Kind::Str => unquote(p.c.take().text),
                _ => return Err(p.c.expected("an attribute's name")),
            };
            let start = p.c.mark();
            let value = if p.c.eat("=") { p.attribute()? } else { Attribute::Unit };
            // The attributes of a composite mean something to its author only: their text is kept.
            let value = if name == "composite_attributes" { Attribute::Str(p.c.since(start)) } else { value };
            attributes.set(name, value);
            Ok(())
        })
    }

    pub(super) fn attribute(&mut self) -> Result<Attribute> {
        self.nested(Self::attribute_value)
    }

    fn attribute_value(&mut self) -> Result<Attribute> {
        let token = self.c.token;
        let value = match (token.kind, token.text) {
            (Kind::Int, text) => {
                let value = text.parse().map_err(|_| self.c.error(format!("{text} is too large")))?;
                self.c.take();
                Attribute::Int(value)
            }
            (Kind::Float | Kind::Hex, text) => {
                self.c.take();
                let value = match text.strip_prefix("0x") {
                    // The bits of a number of the type that follows; only `f32` attributes mean anything.
                    Some(digits) => u32::from_str_radix(digits, 16).ok().map(|bits| f64::from(f32::from_bits(bits))),
                    None => text.parse().ok(),
                };
                value.map_or(Attribute::Other, Attribute::Float)
            }
            (Kind::Str, text) => {
                self.c.take();
                Attribute::Str(unquote(text))
            }
            (Kind::Symbol, text) => {
                self.c.take();
                Attribute::Symbol(unquote(text))
            }
            (Kind::Ident, "true" | "false") => Attribute::Bool(self.c.take().text == "true"),
            (Kind::Ident, "dense" | "dense_resource") => return Ok(Attribute::Dense(self.dense()?.into())),
            (Kind::Ident, "array") => return self.array(),
            (Kind::Ident, "loc") => {
                self.trailing_location()?;
                Attribute::Other
            }
            // A type or a word.
            (Kind::Ident | Kind::Bang, _) => {
                self.c.take();
                if self.c.at("<") {
                    self.skip_balanced()?;
                }
                Attribute::Other
            }
            (Kind::Hash, _) => return self.dialect_attribute(),
            (_, "[") => {
                self.c.take();
                let mut items = vec![];
                self.separated("]", "after an item", |p| {
                    items.push(p.attribute()?);
                    Ok(())
                })?;
                return Ok(Attribute::List(items));
            }
            (_, "(") => return Ok(Attribute::Function(self.function_type()?)),
            (_, "{") => return Ok(Attribute::Fields(self.attributes()?)),
            _ => return Err(self.c.expected("an attribute's value")),
        };
        // `1 : i64`: the type adds nothing.
        if self.c.eat(":") {
            if self.c.at("tensor") {
                self.shape()?;
            } else {
                self.c.take();
            }
        }
        Ok(value)
    }

    /// `array<i64: 1, 2>`.
    fn array(&mut self) -> Result<Attribute> {
        self.c.take();
        self.c.expect("<", "after 'array'")?;
        self.c.expect_kind(Kind::Ident, "the array's element type")?;
        let mut items = vec![];
        if self.c.eat(":") {
            self.separated(">", "after an item", |p| {
                items.push(p.attribute()?);
                Ok(())
            })?;
        } else {
            self.c.expect(">", "after the array's element type")?;
        }
        Ok(Attribute::List(items))
    }

    /// `#stablehlo<comparison_direction EQ>`, `#stablehlo.gather<..>`, another dialect's, or an alias.
    fn dialect_attribute(&mut self) -> Result<Attribute> {
        let name = self.c.take().text;
        if !self.c.at("<") {
            let Some(&definition) = self.aliases.get(name) else { return Ok(Attribute::Other) };
            let here = self.c.mark();
            self.c.go_to(definition);
            let value = self.attribute()?;
            self.c.go_to(here);
            return Ok(value);
        }
        match name {
            "#stablehlo" | "#chlo" => {
                self.c.take();
                self.c.expect_kind(Kind::Ident, "the attribute's kind")?;
                let word = self.c.expect_kind(Kind::Ident, "the attribute's value")?;
                self.c.expect(">", "after the attribute's value")?;
                Ok(Attribute::Keyword(word.text.to_owned()))
            }
            "#stablehlo.dot" | "#stablehlo.gather" | "#stablehlo.scatter" => {
                self.c.take();
                let mut fields = Attributes::default();
                self.named_values(">", &mut fields)?;
                Ok(Attribute::Fields(fields))
            }
            "#stablehlo.conv" => {
                self.c.take();
                let layouts = self.layouts()?;
                self.c.expect(">", "after the dimension numbers")?;
                Ok(Attribute::Conv(layouts))
            }
            _ => {
                self.skip_balanced()?;
                Ok(Attribute::Other)
            }
        }
    }

    /// Skips from an opening bracket to after its closing one.
    pub(super) fn skip_balanced(&mut self) -> Result<()> {
        let start = self.c.mark();
        let mut depth = 0usize;
        loop {
            let token = self.c.token;
            match (token.kind, token.text) {
                (Kind::Punct, "(" | "[" | "{" | "<") => depth += 1,
                (Kind::Punct, ")" | "]" | "}" | ">") => depth = depth.saturating_sub(1),
                (Kind::End, _) => {
                    self.c.go_to(start);
                    return Err(self.c.error(format!("'{}' is never closed", self.c.token.text)));
                }
                (Kind::Bad, _) => return Err(self.c.expected("more of what is in brackets")),
                _ => {}
            }
            self.c.take();
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

impl Attributes {
    pub(super) fn get(&self, name: &str) -> Option<&Attribute> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    pub(super) fn set(&mut self, name: impl Into<String>, value: Attribute) {
        self.0.push((name.into(), value));
    }

    fn read<T>(&self, name: &str, what: &str, read: impl Fn(&Attribute) -> Option<T>) -> Result<Option<T>> {
        match self.get(name).map(read) {
            None => Ok(None),
            Some(Some(value)) => Ok(Some(value)),
            Some(None) => Err(Diagnostic::new(Code::Parse, format!("attribute '{name}' is not {what}"))),
        }
    }

    pub(super) fn bool(&self, name: &str) -> Result<Option<bool>> {
        self.read(name, "true or false", |a| match a {
            Attribute::Bool(value) => Some(*value),
            Attribute::Unit => Some(true),
            _ => None,
        })
    }

    pub(super) fn int(&self, name: &str) -> Result<Option<i64>> {
        self.read(name, "an integer", |a| match a {
            Attribute::Int(value) => Some(*value),
            _ => None,
        })
    }

    pub(super) fn f32(&self, name: &str) -> Result<Option<f32>> {
        self.read(name, "a number", |a| match a {
            Attribute::Float(value) => Some(*value as f32),
            Attribute::Int(value) => Some(*value as f32),
            _ => None,
        })
    }

    pub(super) fn size(&self, name: &str) -> Result<Option<usize>> {
        self.read(name, "a position or size", |a| match a {
            Attribute::Int(value) => usize::try_from(*value).ok(),
            _ => None,
        })
    }

    pub(super) fn ints(&self, name: &str) -> Result<Option<Vec<i64>>> {
        self.read(name, "a list of integers", Attribute::ints)
    }

    /// A list of positions or sizes.
    pub(super) fn axes(&self, name: &str) -> Result<Option<Axes>> {
        self.read(name, "a list of positions or sizes", |a| a.ints()?.into_iter().map(|i| usize::try_from(i).ok()).collect())
    }

    pub(super) fn bools(&self, name: &str) -> Result<Option<Vec<bool>>> {
        self.read(name, "a list of booleans", |a| match a {
            Attribute::List(items) => items
                .iter()
                .map(|i| match i {
                    Attribute::Bool(b) => Some(*b),
                    _ => None,
                })
                .collect(),
            Attribute::Dense(tensor) => tensor.as_slice::<bool>().ok().map(<[bool]>::to_vec),
            _ => None,
        })
    }

    pub(super) fn keyword(&self, name: &str) -> Result<Option<&str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Attribute::Keyword(word)) => Ok(Some(word)),
            Some(_) => Err(Diagnostic::new(Code::Parse, format!("attribute '{name}' is not of the form #stablehlo<.. WORD>"))),
        }
    }

    pub(super) fn symbol(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Attribute::Symbol(symbol)) => Some(symbol),
            _ => None,
        }
    }

    /// A string or a symbol.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Attribute::Str(text) | Attribute::Symbol(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn fields(&self, name: &str) -> Result<&Attributes> {
        match self.get(name) {
            Some(Attribute::Fields(fields)) => Ok(fields),
            _ => Err(Diagnostic::new(Code::Parse, format!("expected attribute '{name}' with named fields"))),
        }
    }
}

impl Attribute {
    /// The integers of a list, of a list of lists in one, or of a dense literal.
    fn ints(&self) -> Option<Vec<i64>> {
        match self {
            Attribute::List(items) => {
                let mut ints = vec![];
                for item in items {
                    match item {
                        Attribute::Int(value) => ints.push(*value),
                        nested => ints.append(&mut nested.ints()?),
                    }
                }
                Some(ints)
            }
            Attribute::Dense(tensor) => tensor.as_slice::<i64>().ok().map(<[i64]>::to_vec),
            _ => None,
        }
    }
}
