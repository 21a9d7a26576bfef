// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What a graph function's signature promises about its arguments and results, as data.

use std::any::TypeId;
use std::fmt;
use std::panic::Location;

/// The signature of an instance of a graph function.
#[derive(Clone, Copy)]
pub(crate) struct Signature<'a> {
    /// What is written.
    pub(crate) contract: &'static Contract,
    /// Type parameters of this instance of a generic function.
    pub(crate) instance: TypeId,
    /// Values of the constants in the contract, in order.
    pub(crate) constants: &'a [usize],
    /// Where the result is written.
    pub(crate) place: &'static Location<'static>,
}

/// The written signature of a graph function.
#[derive(Debug)]
pub(crate) struct Contract {
    /// Name, for messages and the graph.
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

/// Where in a parameter or a result dims are written.
#[derive(Debug)]
pub(super) enum Pattern {
    /// Nowhere.
    Any,
    /// On the tensor that it is, or that is in an `Option` or `Box`.
    Dims(Vec<DimSig>),
    /// In each part of a `Vec` or an array.
    Each(Box<Pattern>),
    /// In the parts of a tuple.
    Parts(Vec<Pattern>),
}

impl Pattern {
    /// The pattern of a part by its position.
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
pub(super) enum DimSig {
    /// A number.
    Known(usize),
    /// The constant of this position.
    Constant(usize),
    /// The symbol of this position.
    Symbol(usize),
    /// Arithmetic, and how it is written.
    Expr(Box<Expr>, &'static str),
}

impl DimSig {
    /// The size, given the values of the symbols and constants.
    pub(super) fn value(&self, symbols: &[usize], constants: &[usize]) -> usize {
        match self {
            DimSig::Known(n) => *n,
            DimSig::Constant(constant) => constants[*constant],
            DimSig::Symbol(symbol) => symbols[*symbol],
            DimSig::Expr(expr, _) => expr.value(symbols, constants),
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
    /// The size; a difference below zero is 0, and what is more than a `usize` holds is its largest.
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

/// Dims as they are written: `2 * B, 784`.
pub(super) struct Written<'a>(pub(super) &'a [DimSig], pub(super) &'a Signature<'a>);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, dim) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            match dim {
                DimSig::Known(n) => write!(f, "{n}")?,
                DimSig::Constant(constant) => write!(f, "{}", self.1.constants[*constant])?,
                DimSig::Symbol(symbol) => f.write_str(self.1.contract.symbols[*symbol])?,
                DimSig::Expr(_, text) => f.write_str(text)?,
            }
        }
        Ok(())
    }
}
