// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! What a graph function's signature promises about its arguments, checked before a trace.

use std::any::TypeId;
use std::fmt::Write;

use gomlx_ir::{Code, Diagnostic};
use smallvec::SmallVec;

use crate::AnyTensor;

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
}

/// A parameter.
pub struct Param<'a> {
    /// Name.
    pub name: &'static str,
    /// Dims, where it is a tensor with written dims.
    pub dims: Option<&'a [DimSig]>,
}

/// A written dim.
#[derive(Clone, Copy, Debug)]
pub enum DimSig {
    /// A number or constant.
    Known(usize),
    /// The symbol of this position.
    Symbol(usize),
    /// Arithmetic of the symbols, and how it is written.
    Expr(fn(&[usize]) -> usize, &'static str),
}

/// Values of the symbols.
pub(crate) type Symbols = SmallVec<[usize; 8]>;

/// Unifies dims with a signature, one argument after the other.
pub struct Binder<'s> {
    signature: &'s Signature<'s>,
    /// For each symbol its value, and the parameter that gave it.
    values: SmallVec<[Option<(usize, usize)>; 8]>,
    /// Arguments with dims that are arithmetic, which is done when every symbol has its value.
    pending: SmallVec<[(usize, AnyTensor); 1]>,
    /// Whether an argument stands for a mistake, so that symbols may have no value.
    poisoned: bool,
}

impl<'s> Binder<'s> {
    pub fn new(signature: &'s Signature<'s>) -> Binder<'s> {
        Binder { signature, values: SmallVec::from_elem(None, signature.symbols.len()), pending: SmallVec::new(), poisoned: false }
    }

    /// Checks the tensor given for a parameter; not one that stands for a mistake, whose dims are not known.
    pub(crate) fn bind(&mut self, param: usize, tensor: &AnyTensor) -> Result<(), Diagnostic> {
        self.poisoned |= tensor.is_poisoned();
        let Some(dims) = self.signature.params[param].dims.filter(|_| !tensor.is_poisoned()) else { return Ok(()) };
        if dims.len() != tensor.rank() {
            return Err(self.mismatch(param, tensor).note(format!("the ranks differ: {} and {}", tensor.rank(), dims.len())));
        }
        if dims.iter().any(|d| matches!(d, DimSig::Expr(..))) {
            self.pending.push((param, tensor.clone()));
        }
        for (axis, (&dim, &actual)) in dims.iter().zip(tensor.dims()).enumerate() {
            match dim {
                DimSig::Known(n) if n != actual => {
                    return Err(self.mismatch(param, tensor).note(format!("axis {axis} is {actual}, not {n}")));
                }
                DimSig::Known(_) | DimSig::Expr(..) => {}
                DimSig::Symbol(symbol) => match self.values[symbol] {
                    None => self.values[symbol] = Some((actual, param)),
                    Some((n, first)) if n != actual => {
                        let (symbol, first) = (self.signature.symbols[symbol], self.signature.params[first].name);
                        return Err(self.mismatch(param, tensor).note(format!("`{symbol}` is {n} in `{first}`, and {actual} here")));
                    }
                    Some(_) => {}
                },
            }
        }
        Ok(())
    }

    /// The values of the symbols; 0 for one that only a mistake leaves unbound.
    pub(crate) fn symbols(mut self) -> Result<Symbols, Diagnostic> {
        let symbols: Symbols = self.values.iter().map(|v| v.map_or(0, |(n, _)| n)).collect();
        if self.poisoned {
            return Ok(symbols);
        }
        for (param, tensor) in std::mem::take(&mut self.pending) {
            let dims = self.signature.params[param].dims.unwrap_or_default();
            for (axis, (dim, &actual)) in dims.iter().zip(tensor.dims()).enumerate() {
                if let DimSig::Expr(value, written) = dim
                    && value(&symbols) != actual
                {
                    let note = format!("axis {axis} is {actual}, and `{written}` is {}", value(&symbols));
                    return Err(self.mismatch(param, &tensor).note(note));
                }
            }
        }
        Ok(symbols)
    }

    fn mismatch(&self, param: usize, tensor: &AnyTensor) -> Diagnostic {
        let Signature { name, symbols, params, .. } = self.signature;
        let mut written = String::new();
        for (i, dim) in params[param].dims.into_iter().flatten().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            let _ = match dim {
                DimSig::Known(n) => write!(written, "{comma}{n}"),
                DimSig::Symbol(s) => write!(written, "{comma}{}", symbols[*s]),
                DimSig::Expr(_, text) => write!(written, "{comma}{text}"),
            };
        }
        let (argument, dtype) = (params[param].name, tensor.dtype());
        Diagnostic::new(Code::Signature, format!("{name}: argument `{argument}` is {tensor}, but its signature says {dtype}[{written}]"))
    }
}
