// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Arguments and results against the dims of a signature: symbols get their values from the arguments, and what is
//! given back must have the sizes that these make.

use gomlx_ir::{Code, Diagnostic, Location};
use smallvec::SmallVec;

use super::signature::{DimSig, Pattern, Signature, Written};
use crate::AnyTensor;
use crate::tree::{Key, Path, Role, Visit};

/// Values of the symbols.
pub(crate) type Symbols = SmallVec<[usize; 8]>;

/// The values that arguments give to the symbols of a signature; 0 for a symbol that only an absent part or a mistake
/// leaves without one.
///
/// # Errors
/// For the first argument that does not match.
pub(super) fn bind(signature: &Signature<'_>, visit: impl FnOnce(&mut dyn Visit)) -> Result<Symbols, Diagnostic> {
    let mut binder = Binder::new(signature);
    visit(&mut Patterned::arguments(signature, &mut |dims, path, tensor| binder.bind(dims, path, tensor)));
    binder.symbols()
}

/// Checks state after a body against the dims of its parameters.
///
/// # Errors
/// For the first leaf that has other sizes.
pub(super) fn check_state(signature: &Signature<'_>, symbols: &[usize], visit: impl FnOnce(&mut dyn Visit)) -> Result<(), Diagnostic> {
    let mut result = Ok(());
    visit(&mut Patterned::arguments(signature, &mut |dims, path, tensor| {
        if result.is_ok() {
            result = check(signature, symbols, dims, tensor, &format!("the state `{path}`"), " after the body");
        }
    }));
    result
}

/// Checks a result against the dims of the signature.
///
/// # Errors
/// For the first leaf that has other sizes.
pub(super) fn check_result(signature: &Signature<'_>, symbols: &[usize], visit: impl FnOnce(&mut dyn Visit)) -> Result<(), Diagnostic> {
    let mut result = Ok(());
    let mut each = |dims: &'static [DimSig], path: &str, tensor: &AnyTensor| {
        if result.is_ok() {
            let what = if path.is_empty() { "the result".to_owned() } else { format!("part {path} of the result") };
            result = check(signature, symbols, dims, tensor, &what, "");
        }
    };
    let mut patterned =
        Patterned { signature, patterns: SmallVec::from_slice(&[&signature.contract.result]), path: Path::default(), each: &mut each };
    visit(&mut patterned);
    result
}

fn check(
    signature: &Signature<'_>,
    symbols: &[usize],
    dims: &[DimSig],
    tensor: &AnyTensor,
    what: &str,
    when: &str,
) -> Result<(), Diagnostic> {
    let sizes: SmallVec<[usize; 6]> = dims.iter().map(|d| d.value(symbols, signature.constants)).collect();
    if tensor.is_poisoned() || tensor.is_absent() || tensor.dims() == sizes.as_slice() {
        return Ok(());
    }
    let (name, dtype, written) = (signature.contract.name, tensor.dtype(), Written(dims, signature));
    let message = format!("{name}: {what} is {tensor}{when}, but the signature says {dtype}[{written}], which is {sizes:?} here");
    Err(Diagnostic::new(Code::Signature, message).at(Some(&place(signature))))
}

/// Where a signature is written.
fn place(signature: &Signature<'_>) -> Location {
    Location { file: signature.place.file().into(), line: signature.place.line(), column: signature.place.column() }
}

/// Visits the leaves whose dims are written.
struct Patterned<'p, 'e> {
    signature: &'p Signature<'p>,
    /// The patterns of the parts entered, innermost last; empty outside every parameter.
    patterns: SmallVec<[&'static Pattern; 4]>,
    path: Path,
    each: &'e mut (dyn FnMut(&'static [DimSig], &str, &AnyTensor) + 'e),
}

impl<'p, 'e> Patterned<'p, 'e> {
    fn arguments(signature: &'p Signature<'p>, each: &'e mut (dyn FnMut(&'static [DimSig], &str, &AnyTensor) + 'e)) -> Patterned<'p, 'e> {
        Patterned { signature, patterns: SmallVec::new(), path: Path::default(), each }
    }
}

impl Visit for Patterned<'_, '_> {
    fn enter(&mut self, key: Key<'_>) {
        self.path.enter(key);
        let inner = match (self.patterns.last(), key) {
            (Some(pattern), Key::Index(index)) => pattern.part(index),
            (Some(_), Key::Field(_)) => &Pattern::Any,
            (None, key) => {
                let param = self.signature.contract.params.iter().find(|p| key == Key::Field(p.name));
                param.map_or(&Pattern::Any, |p| &p.dims)
            }
        };
        self.patterns.push(inner);
    }

    fn leave(&mut self) {
        self.path.leave();
        self.patterns.pop();
    }

    fn leaf(&mut self, _: Role, tensor: &AnyTensor) {
        if let Some(Pattern::Dims(dims)) = self.patterns.last() {
            (self.each)(dims, &self.path.text, tensor);
        }
    }
}

/// Unifies dims with a signature, one leaf after the other.
struct Binder<'s> {
    signature: &'s Signature<'s>,
    /// For each symbol its value, and the argument that gave it.
    values: SmallVec<[Option<(usize, String)>; 8]>,
    /// Leaves with dims that are arithmetic, which is done when every symbol has its value.
    pending: Vec<(&'static [DimSig], String, AnyTensor)>,
    /// Whether an argument stands for a mistake, so that symbols may have no value.
    poisoned: bool,
    result: Result<(), Diagnostic>,
}

impl<'s> Binder<'s> {
    fn new(signature: &'s Signature<'s>) -> Binder<'s> {
        let values = SmallVec::from_elem(None, signature.contract.symbols.len());
        Binder { signature, values, pending: vec![], poisoned: false, result: Ok(()) }
    }

    /// Notes the sizes of a leaf; not of one that stands for a mistake, whose dims are not known.
    fn bind(&mut self, dims: &'static [DimSig], path: &str, tensor: &AnyTensor) {
        self.poisoned |= tensor.is_poisoned();
        if self.result.is_ok() && !tensor.is_poisoned() {
            self.result = self.unify(dims, path, tensor);
        }
    }

    fn unify(&mut self, dims: &'static [DimSig], path: &str, tensor: &AnyTensor) -> Result<(), Diagnostic> {
        let mismatch = |note: String| Err(mismatch(self.signature, dims, path, tensor).note(note));
        if dims.len() != tensor.rank() {
            return mismatch(format!("the ranks differ: {} and {}", tensor.rank(), dims.len()));
        }
        for (axis, (dim, &actual)) in dims.iter().zip(tensor.dims()).enumerate() {
            match dim {
                DimSig::Known(_) | DimSig::Constant(_) => {
                    let n = dim.value(&[], self.signature.constants);
                    if n != actual {
                        return mismatch(format!("axis {axis} is {actual}, not {n}"));
                    }
                }
                DimSig::Expr(..) => {}
                DimSig::Symbol(symbol) => match &self.values[*symbol] {
                    None => self.values[*symbol] = Some((actual, path.to_owned())),
                    Some((n, first)) if *n != actual => {
                        let symbol = self.signature.contract.symbols[*symbol];
                        return mismatch(format!("`{symbol}` is {n} in `{first}`, and {actual} here"));
                    }
                    Some(_) => {}
                },
            }
        }
        if dims.iter().any(|d| matches!(d, DimSig::Expr(..))) {
            self.pending.push((dims, path.to_owned(), tensor.clone()));
        }
        Ok(())
    }

    fn symbols(self) -> Result<Symbols, Diagnostic> {
        self.result?;
        let symbols: Symbols = self.values.iter().map(|v| v.as_ref().map_or(0, |(n, _)| *n)).collect();
        if self.poisoned {
            return Ok(symbols);
        }
        for (dims, path, tensor) in &self.pending {
            for (axis, (dim, &actual)) in dims.iter().zip(tensor.dims()).enumerate() {
                let size = dim.value(&symbols, self.signature.constants);
                if let DimSig::Expr(_, written) = dim
                    && size != actual
                {
                    let note = format!("axis {axis} is {actual}, and `{written}` is {size}");
                    return Err(mismatch(self.signature, dims, path, tensor).note(note));
                }
            }
        }
        Ok(symbols)
    }
}

fn mismatch(signature: &Signature<'_>, dims: &[DimSig], path: &str, tensor: &AnyTensor) -> Diagnostic {
    let (name, dtype, written) = (signature.contract.name, tensor.dtype(), Written(dims, signature));
    Diagnostic::new(Code::Signature, format!("{name}: argument `{path}` is {tensor}, but its signature says {dtype}[{written}]"))
}
