// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What a graph function's signature promises about its arguments and results, as data.

use std::any::TypeId;
use std::fmt;

/// The written signature of a graph function.
pub struct Signature<'a> {
    /// Name, for messages and the graph.
    pub name: &'static str,
    /// Type parameters of this instance of a generic function.
    pub instance: TypeId,
    /// Names of the symbols, in order of their first use.
    pub symbols: &'a [&'static str],
    /// The parameters in order.
    pub params: &'a [Param<'a>],
    /// The dims of the result.
    pub result: Pattern<'a>,
    /// Where the result is written: file, line, column.
    pub place: (&'static str, u32, u32),
}

/// A parameter.
pub struct Param<'a> {
    /// Name.
    pub name: &'static str,
    /// Its dims.
    pub dims: Pattern<'a>,
}

/// Where in a parameter or a result dims are written.
#[derive(Clone, Copy)]
pub enum Pattern<'a> {
    /// Nowhere.
    Any,
    /// On the tensor that it is, or that is in an `Option` or `Box`.
    Dims(&'a [DimSig<'a>]),
    /// In each part of a `Vec` or an array.
    Each(&'a Pattern<'a>),
    /// In the parts of a tuple.
    Parts(&'a [Pattern<'a>]),
}

impl<'a> Pattern<'a> {
    /// The pattern of a part by its position.
    pub(super) fn part(self, index: usize) -> Pattern<'a> {
        match self {
            Pattern::Each(inner) => *inner,
            Pattern::Parts(parts) => parts.get(index).copied().unwrap_or(Pattern::Any),
            Pattern::Any | Pattern::Dims(_) => Pattern::Any,
        }
    }
}

/// A written dim.
#[derive(Clone, Copy)]
pub enum DimSig<'a> {
    /// A number or constant.
    Known(usize),
    /// The symbol of this position.
    Symbol(usize),
    /// Arithmetic of the symbols and `usize` parameters, and how it is written.
    Expr(&'a dyn Fn(&[usize]) -> usize, &'static str),
}

impl DimSig<'_> {
    /// The size, given the values of the symbols.
    pub(super) fn value(self, symbols: &[usize]) -> usize {
        match self {
            DimSig::Known(n) => n,
            DimSig::Symbol(symbol) => symbols[symbol],
            DimSig::Expr(value, _) => value(symbols),
        }
    }
}

/// Dims as they are written: `2 * B, 784`.
pub(super) struct Written<'a>(pub(super) &'a [DimSig<'a>], pub(super) &'a [&'static str]);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, dim) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            match dim {
                DimSig::Known(n) => write!(f, "{n}")?,
                DimSig::Symbol(symbol) => f.write_str(self.1[*symbol])?,
                DimSig::Expr(_, text) => f.write_str(text)?,
            }
        }
        Ok(())
    }
}
