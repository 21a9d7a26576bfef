// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The signature of a graph function as data: its parameters, and the dims that are written in it.

use std::any::TypeId;
use std::fmt;
use std::panic;

use gomlx_ir::Location;

/// A graph function with the type parameters and constants of one call.
#[derive(Clone, Copy)]
pub(super) struct Instance<'a> {
    /// The signature as written.
    pub(super) signature: &'static Signature,
    /// The type parameters of a generic function, as the type of a tuple.
    pub(super) type_parameters: TypeId,
    /// The values of the constants in the signature, in order.
    pub(super) constants: &'a [usize],
    /// Where the result is written.
    pub(super) location: &'static panic::Location<'static>,
}

impl Instance<'_> {
    /// Where the signature is written.
    pub(super) fn location(&self) -> Location {
        Location { file: self.location.file().into(), line: self.location.line(), column: self.location.column() }
    }
}

/// The signature of a graph function, as written.
#[derive(Debug)]
pub(super) struct Signature {
    /// The function's name, for messages and the graph.
    pub(super) name: &'static str,
    /// Names of the symbols, in order of their first use.
    pub(super) symbols: Vec<&'static str>,
    /// The parameters in order.
    pub(super) params: Vec<Param>,
    /// The dims of the result.
    pub(super) result: Pattern,
}

/// A parameter.
#[derive(Debug)]
pub struct Param {
    /// Name.
    pub(super) name: &'static str,
    /// Its dims.
    pub(super) dims: Pattern,
}

/// The parts of a parameter or a result that have written dims.
#[derive(Debug)]
pub(super) enum Pattern {
    /// No part.
    Any,
    /// The whole: a tensor, or a tensor in an `Option` or `Box`.
    Dims(Vec<WrittenDim>),
    /// Each part of a `Vec` or an array.
    Each(Box<Pattern>),
    /// The parts of a tuple, each by its own pattern.
    Parts(Vec<Pattern>),
}

impl Pattern {
    /// The pattern of the part at a position.
    pub(super) fn part(&self, index: usize) -> &Pattern {
        match self {
            Pattern::Each(inner) => inner,
            Pattern::Parts(parts) => parts.get(index).unwrap_or(&Pattern::Any),
            Pattern::Any | Pattern::Dims(_) => &Pattern::Any,
        }
    }
}

/// A written dim.
#[derive(Debug)]
pub(super) enum WrittenDim {
    /// A number.
    Known(usize),
    /// The constant at this position.
    Constant(usize),
    /// The symbol at this position.
    Symbol(usize),
    /// Arithmetic, and its text.
    Expr(Box<Expr>, &'static str),
}

impl WrittenDim {
    /// The size for these values of symbols and constants.
    pub(super) fn value(&self, symbols: &[usize], constants: &[usize]) -> usize {
        match self {
            WrittenDim::Known(n) => *n,
            WrittenDim::Constant(constant) => constants[*constant],
            WrittenDim::Symbol(symbol) => symbols[*symbol],
            WrittenDim::Expr(expr, _) => expr.value(symbols, constants),
        }
    }
}

/// Arithmetic of sizes.
#[derive(Debug)]
pub(super) enum Expr {
    Known(usize),
    Constant(usize),
    Symbol(usize),
    Sum(Box<[Expr; 2]>),
    Difference(Box<[Expr; 2]>),
    Product(Box<[Expr; 2]>),
}

impl Expr {
    /// The size. A difference below zero is 0, and a size too large for a `usize` is the largest one.
    fn value(&self, symbols: &[usize], constants: &[usize]) -> usize {
        let each = |sides: &[Expr; 2]| (sides[0].value(symbols, constants), sides[1].value(symbols, constants));
        match self {
            Expr::Known(n) => *n,
            Expr::Constant(constant) => constants[*constant],
            Expr::Symbol(symbol) => symbols[*symbol],
            Expr::Sum(sides) => {
                let (a, b) = each(sides);
                a.saturating_add(b)
            }
            Expr::Difference(sides) => {
                let (a, b) = each(sides);
                a.saturating_sub(b)
            }
            Expr::Product(sides) => {
                let (a, b) = each(sides);
                a.saturating_mul(b)
            }
        }
    }
}

/// Dims as the user wrote them: `2 * B, 784`.
pub(super) struct WrittenDims<'a>(pub(super) &'a [WrittenDim], pub(super) &'a Instance<'a>);

impl fmt::Display for WrittenDims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, dim) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            match dim {
                WrittenDim::Known(n) => write!(f, "{n}")?,
                WrittenDim::Constant(constant) => write!(f, "{}", self.1.constants[*constant])?,
                WrittenDim::Symbol(symbol) => f.write_str(self.1.signature.symbols[*symbol])?,
                WrittenDim::Expr(_, text) => f.write_str(text)?,
            }
        }
        Ok(())
    }
}
