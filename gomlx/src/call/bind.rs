// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Checking shapes against a signature: arguments give its symbols their values, and state and results must have the
//! sizes that follow.

use gomlx_ir::{Code, Diagnostic};
use smallvec::SmallVec;

use super::signature::{Instance, Pattern, WrittenDim, WrittenDims};
use crate::AnyTensor;
use crate::tree::{Key, Path, Role, Visit};

/// The values of the symbols of a signature, in order.
pub(super) type Symbols = SmallVec<[usize; 8]>;

/// The values that arguments give to the symbols of a signature. A symbol without a value, because a part is absent or
/// poisoned, is 0.
///
/// # Errors
/// For the first argument that does not match.
pub(super) fn bind(instance: &Instance<'_>, visit: &dyn Fn(&mut dyn Visit)) -> Result<Symbols, Diagnostic> {
    let mut binder = Binder::new(instance);
    visit(&mut WithDims::of_arguments(instance, &mut |dims, path, tensor| binder.bind(dims, path, tensor)));
    binder.symbols()
}

/// Checks the state after a body against the dims of its parameters.
///
/// # Errors
/// For the first leaf that has other sizes.
pub(super) fn check_state(instance: &Instance<'_>, symbols: &[usize], visit: &dyn Fn(&mut dyn Visit)) -> Result<(), Diagnostic> {
    let mut result = Ok(());
    visit(&mut WithDims::of_arguments(instance, &mut |dims, path, tensor| {
        if result.is_ok() {
            result = check(instance, symbols, dims, tensor, &format!("the state `{path}`"), " after the body");
        }
    }));
    result
}

/// Checks a result against the dims of the signature.
///
/// # Errors
/// For the first leaf that has other sizes.
pub(super) fn check_result(instance: &Instance<'_>, symbols: &[usize], visit: &dyn Fn(&mut dyn Visit)) -> Result<(), Diagnostic> {
    let mut result = Ok(());
    visit(&mut WithDims::of_result(instance, &mut |dims, path, tensor| {
        if result.is_ok() {
            let what = if path.is_empty() { "the result".to_owned() } else { format!("part {path} of the result") };
            result = check(instance, symbols, dims, tensor, &what, "");
        }
    }));
    result
}

fn check(
    instance: &Instance<'_>,
    symbols: &[usize],
    dims: &[WrittenDim],
    tensor: &AnyTensor,
    what: &str,
    when: &str,
) -> Result<(), Diagnostic> {
    let sizes: SmallVec<[usize; 6]> = dims.iter().map(|d| d.value(symbols, instance.constants)).collect();
    if tensor.is_poisoned() || tensor.is_absent() || tensor.dims() == sizes.as_slice() {
        return Ok(());
    }
    let (name, dtype, written) = (instance.signature.name, tensor.dtype(), WrittenDims(dims, instance));
    let message = format!("{name}: {what} is {tensor}{when}, but the signature says {dtype}[{written}], which is {sizes:?} here");
    Err(Diagnostic::new(Code::Signature, message))
}

/// A function that receives a leaf: its written dims, its path, and the tensor.
type OnLeaf<'e> = dyn FnMut(&'static [WrittenDim], &str, &AnyTensor) + 'e;

/// Visits the leaves that have written dims.
struct WithDims<'p, 'e> {
    instance: &'p Instance<'p>,
    /// The patterns of the parts entered, innermost last; empty outside every parameter.
    patterns: SmallVec<[&'static Pattern; 4]>,
    path: Path,
    on_leaf: &'e mut OnLeaf<'e>,
}

impl<'p, 'e> WithDims<'p, 'e> {
    /// A visitor for arguments, each of which is visited below the name of its parameter.
    fn of_arguments(instance: &'p Instance<'p>, on_leaf: &'e mut OnLeaf<'e>) -> WithDims<'p, 'e> {
        WithDims { instance, patterns: SmallVec::new(), path: Path::default(), on_leaf }
    }

    /// A visitor for the result.
    fn of_result(instance: &'p Instance<'p>, on_leaf: &'e mut OnLeaf<'e>) -> WithDims<'p, 'e> {
        WithDims { instance, patterns: SmallVec::from_slice(&[&instance.signature.result]), path: Path::default(), on_leaf }
    }
}

impl Visit for WithDims<'_, '_> {
    fn enter(&mut self, key: Key<'_>) {
        self.path.enter(key);
        let inner = match (self.patterns.last(), key) {
            (Some(pattern), Key::Index(index)) => pattern.part(index),
            (Some(_), Key::Field(_)) => &Pattern::Any,
            (None, key) => {
                let param = self.instance.signature.params.iter().find(|p| key == Key::Field(p.name));
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
            (self.on_leaf)(dims, &self.path.text, tensor);
        }
    }
}

/// Gives values to the symbols of a signature, one leaf after the other.
struct Binder<'s> {
    instance: &'s Instance<'s>,
    /// For each symbol its value, and the path of the leaf that gave it.
    values: SmallVec<[Option<(usize, String)>; 8]>,
    /// Leaves with arithmetic in their dims, which is computed when every symbol has its value.
    pending: Vec<(&'static [WrittenDim], String, AnyTensor)>,
    /// Whether an argument is poisoned, so that symbols may have no value.
    poisoned: bool,
    result: Result<(), Diagnostic>,
}

impl<'s> Binder<'s> {
    fn new(instance: &'s Instance<'s>) -> Binder<'s> {
        let values = SmallVec::from_elem(None, instance.signature.symbols.len());
        Binder { instance, values, pending: vec![], poisoned: false, result: Ok(()) }
    }

    /// Matches the dims of a leaf. The dims of a poisoned leaf are unknown.
    fn bind(&mut self, dims: &'static [WrittenDim], path: &str, tensor: &AnyTensor) {
        self.poisoned |= tensor.is_poisoned();
        if self.result.is_ok() && !tensor.is_poisoned() {
            self.result = self.unify(dims, path, tensor);
        }
    }

    /// Matches each dim, and notes the values of symbols that had none.
    fn unify(&mut self, dims: &'static [WrittenDim], path: &str, tensor: &AnyTensor) -> Result<(), Diagnostic> {
        let mismatch = |note: String| Err(mismatch(self.instance, dims, path, tensor).note(note));
        if dims.len() != tensor.rank() {
            return mismatch(format!("the ranks differ: {} and {}", tensor.rank(), dims.len()));
        }
        for (axis, (dim, &actual)) in dims.iter().zip(tensor.dims()).enumerate() {
            match dim {
                WrittenDim::Known(_) | WrittenDim::Constant(_) => {
                    let n = dim.value(&[], self.instance.constants);
                    if n != actual {
                        return mismatch(format!("axis {axis} is {actual}, not {n}"));
                    }
                }
                WrittenDim::Expr(..) => {}
                WrittenDim::Symbol(symbol) => match &self.values[*symbol] {
                    None => self.values[*symbol] = Some((actual, path.to_owned())),
                    Some((n, first)) if *n != actual => {
                        let symbol = self.instance.signature.symbols[*symbol];
                        return mismatch(format!("`{symbol}` is {n} in `{first}`, and {actual} here"));
                    }
                    Some(_) => {}
                },
            }
        }
        if dims.iter().any(|d| matches!(d, WrittenDim::Expr(..))) {
            self.pending.push((dims, path.to_owned(), tensor.clone()));
        }
        Ok(())
    }

    /// The values, after a check of the arithmetic.
    fn symbols(self) -> Result<Symbols, Diagnostic> {
        self.result?;
        let symbols: Symbols = self.values.iter().map(|v| v.as_ref().map_or(0, |(n, _)| *n)).collect();
        if self.poisoned {
            return Ok(symbols);
        }
        for (dims, path, tensor) in &self.pending {
            for (axis, (dim, &actual)) in dims.iter().zip(tensor.dims()).enumerate() {
                let size = dim.value(&symbols, self.instance.constants);
                if let WrittenDim::Expr(_, written) = dim
                    && size != actual
                {
                    let note = format!("axis {axis} is {actual}, and `{written}` is {size}");
                    return Err(mismatch(self.instance, dims, path, tensor).note(note));
                }
            }
        }
        Ok(symbols)
    }
}

/// The error of an argument that does not match.
fn mismatch(instance: &Instance<'_>, dims: &[WrittenDim], path: &str, tensor: &AnyTensor) -> Diagnostic {
    let (name, dtype, written) = (instance.signature.name, tensor.dtype(), WrittenDims(dims, instance));
    Diagnostic::new(Code::Signature, format!("{name}: argument `{path}` is {tensor}, but its signature says {dtype}[{written}]"))
}
