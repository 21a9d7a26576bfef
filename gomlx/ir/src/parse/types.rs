// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Types in text: tensors, and the types of an op's operands and results.

use super::Parser;
use super::lexer::Kind;
use super::tuple::Types;
use crate::{DType, Dim, Result, Shape};

/// More axes than any program has; bounds the nesting of dense literals.
const MAX_RANK: usize = 64;

/// The symbol of every `?`: a size that only arguments give.
pub(super) const UNKNOWN: &str = "?";

/// What follows the `:` of an instruction.
pub(super) struct Signature {
    pub(super) operands: Types,
    /// Nothing in the bare form `: T`, where `operands` is what was listed.
    pub(super) results: Option<Types>,
}

impl<'a> Parser<'a> {
    /// `: (T, T) -> T`, `: T -> T`, or the bare `: T, T`.
    pub(super) fn signature(&mut self) -> Result<Signature> {
        self.c.expect(":", "after operands")?;
        let mut operands = Types::default();
        let function_type = self.c.eat("(");
        if function_type {
            self.separated(")", "after an operand type", |p| p.any_type(&mut operands))?;
        } else {
            self.any_type(&mut operands)?;
            while self.c.eat(",") {
                self.any_type(&mut operands)?;
            }
        }
        let results = if function_type {
            self.c.expect("->", "after operand types")?;
            Some(self.result_types()?)
        } else if self.c.eat("->") {
            Some(self.result_types()?)
        } else {
            None
        };
        Ok(Signature { operands, results })
    }

    /// `T` or `(T, T)`.
    pub(super) fn result_types(&mut self) -> Result<Types> {
        let mut results = Types::default();
        if !self.c.eat("(") {
            self.any_type(&mut results)?;
            return Ok(results);
        }
        self.separated(")", "after a result type", |p| p.any_type(&mut results))?;
        Ok(results)
    }

    /// `tensor<2x3xf32>`.
    pub(super) fn shape(&mut self) -> Result<Shape> {
        let unsupported = match self.c.token.kind {
            Kind::Bang => true,
            Kind::Ident => matches!(self.c.token.text, "tuple" | "memref" | "vector" | "token"),
            _ => false,
        };
        if unsupported {
            return Err(self.c.unsupported(format!("type {} is not supported: values are tensors", self.c.token.text)));
        }
        self.c.expect("tensor", "to begin a type")?;
        if !self.c.at("<") {
            return Err(self.c.expected("'<' after 'tensor'"));
        }
        self.c.take();
        let mut dims = vec![];
        while let Some((dim, length)) = self.dim()? {
            if dims.len() == MAX_RANK {
                return Err(self.c.error(format!("a tensor has more than {MAX_RANK} axes")));
            }
            dims.push(dim);
            self.c.skip_bytes(length);
        }
        let dtype = self.dtype()?;
        let shape = Shape::symbolic(dtype, dims);
        if let Err(error) = shape.check_size() {
            return Err(self.c.error(error.message));
        }
        // Bounds of unknown sizes, sparsity and layouts do not change the result.
        if self.c.eat(",") {
            self.attribute()?;
        }
        self.c.expect(">", "after the element type")?;
        Ok(shape)
    }

    /// `(T, T) -> (T)`: the types of the results.
    pub(super) fn function_type(&mut self) -> Result<Types> {
        let mut params = Types::default();
        self.c.expect("(", "to begin a function's type")?;
        self.separated(")", "after a type", |p| p.any_type(&mut params))?;
        self.c.expect("->", "after the types of parameters")?;
        self.result_types()
    }

    /// A dim and its length with the `x` after it, if one comes next: `2x`.
    fn dim(&self) -> Result<Option<(Dim, usize)>> {
        let rest = self.c.rest();
        if rest.starts_with("?x") {
            return Ok(Some((Dim::symbol(UNKNOWN), 2)));
        }
        if rest.starts_with('*') {
            return Err(self.c.unsupported("a tensor of unknown rank is not supported"));
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Ok(None);
        }
        if rest.as_bytes().get(digits) != Some(&b'x') {
            return Err(self.c.error(format!("expected 'x' after dim {}", &rest[..digits])));
        }
        match rest[..digits].parse() {
            Ok(dim) => Ok(Some((Dim::Lit(dim), digits + 1))),
            Err(_) => Err(self.c.error(format!("dim {} is too large", &rest[..digits]))),
        }
    }

    /// `f32`, `complex<f32>`.
    pub(super) fn dtype(&mut self) -> Result<DType> {
        let at = self.c.mark();
        if self.c.is(Kind::Bang) {
            return Err(self.c.unsupported(format!("element type {} is not supported", self.c.token.text)));
        }
        let word = self.c.expect_kind(Kind::Ident, "an element type")?;
        let name = if word.text == "complex" {
            self.c.expect("<", "after 'complex'")?;
            let part = self.c.expect_kind(Kind::Ident, "'f32' or 'f64'")?;
            self.c.expect(">", "after the parts' type")?;
            format!("complex<{}>", part.text)
        } else if word.text == "index" {
            // The type of sizes.
            return Ok(DType::I64);
        } else {
            word.text.to_owned()
        };
        DType::from_mlir(&name).ok_or_else(|| {
            self.c.go_to(at);
            let known = ["i", "ui", "si", "f", "bf"]
                .iter()
                .any(|p| word.text.strip_prefix(p).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit())));
            if known || word.text == "complex" {
                self.c.unsupported(format!("element type {name} is not supported"))
            } else {
                self.c.expected("a dim or an element type")
            }
        })
    }
}
