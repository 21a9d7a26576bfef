// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Finds the names of a body that may hold tensors, from its text.
//!
//! If in doubt, a name may hold a tensor. Rewritten code dispatches by type, so a host value that is treated as a
//! tensor gives the same result. A tensor that is treated as a host value is at worst moved, and the user has to write
//! `&`.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, Ident, Pat, Path, Type};

use super::names::is_one;
use crate::ast::{holds_tensor, is_tensor};

/// The names in scope, innermost block last.
pub(super) struct Names {
    blocks: Vec<Vec<Name>>,
    /// Names with an assignment of a tensor somewhere: they may hold one from their `let` on.
    assigned: HashSet<String>,
}

/// A name in scope.
pub(super) struct Name {
    pub(super) name: Ident,
    /// The name as text. Asking the compiler for it each time would be slow.
    text: String,
    pub(super) tainted: bool,
    pub(super) access: Access,
    /// Whether it certainly is a tensor, or a reference to one.
    pub(super) tensor: bool,
    /// Whether it certainly is a shared reference, which an operator copies.
    pub(super) reference: bool,
    /// Whether it may be a reference, since a pattern or the result of a method declares it.
    pub(super) borrowed: bool,
}

/// The accesses that code may make to a variable through its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// Read it, or move it.
    Read,
    /// Read the value behind it: `&`.
    Shared,
    /// Change it: `let mut`.
    Own,
    /// Change the value behind it: `&mut`.
    Through,
    /// Assign its first value: `let x;`.
    Once,
}

/// Methods of a tensor that return host values. Their results decide host `if`s.
const HOST_METHODS: &[&str] =
    &["dim", "dims", "rank", "len", "is_empty", "dtype", "capacity", "is_some", "is_none", "is_ok", "is_err", "contains_key"];

impl Names {
    pub(super) fn new(assigned: HashSet<String>) -> Names {
        Names { blocks: vec![vec![]], assigned }
    }

    pub(super) fn into_assigned(self) -> HashSet<String> {
        self.assigned
    }

    pub(super) fn enter(&mut self) {
        self.blocks.push(vec![]);
    }

    pub(super) fn leave(&mut self) {
        self.blocks.pop();
    }

    /// Declares a name.
    pub(super) fn declare(&mut self, name: &Ident, tainted: bool, access: Access) {
        let text = name.to_string();
        let tainted = tainted || self.assigned.contains(&text);
        self.blocks.last_mut().expect("blocks are left after they are entered").push(Name {
            name: name.clone(),
            text,
            tainted,
            access,
            tensor: false,
            reference: false,
            borrowed: false,
        });
    }

    /// Marks the last declaration as a shared reference.
    pub(super) fn refer(&mut self) {
        if let Some(last) = self.blocks.last_mut().and_then(|b| b.last_mut()) {
            last.reference = true;
        }
    }

    /// Records whether the last declaration, if its pattern is a plain name, certainly gets a tensor.
    pub(super) fn bind_tensor(&mut self, pat: &Pat, tensor: bool) {
        let tensor = match pat {
            Pat::Type(typed) => is_tensor(&typed.ty),
            Pat::Ident(_) => tensor,
            _ => false,
        };
        if let Some(last) = self.blocks.last_mut().and_then(|b| b.last_mut()).filter(|_| tensor) {
            last.tensor = true;
        }
    }

    /// Marks names of the innermost block as certain tensors.
    pub(super) fn are_tensors(&mut self, names: &[Ident]) {
        for name in self.blocks.last_mut().into_iter().flatten() {
            name.tensor |= names.contains(&name.name);
        }
    }

    /// Marks all declarations after the first `len` as certain tensors.
    pub(super) fn are_tensors_since(&mut self, len: usize) {
        self.blocks.iter_mut().flatten().skip(len).for_each(|name| name.tensor = true);
    }

    /// Records that no declaration after the first `len` is a reference.
    pub(super) fn are_owned_since(&mut self, len: usize) {
        self.blocks.iter_mut().flatten().skip(len).for_each(|name| name.borrowed = false);
    }

    /// The declaration of a name in scope.
    pub(super) fn find(&self, name: &str) -> Option<&Name> {
        self.blocks.iter().rev().flat_map(|b| b.iter().rev()).find(|n| n.text == name)
    }

    /// Whether a name may hold a tensor. A name that is not a local is a constant or a function.
    pub(super) fn is_tainted(&self, name: &str) -> bool {
        self.find(name).is_some_and(|n| n.tainted)
    }

    /// The visible names, in the order of their declaration.
    pub(super) fn visible(&self) -> Vec<&Name> {
        let all: Vec<&Name> = self.blocks.iter().flatten().collect();
        (all.iter().enumerate()).filter(|(i, n)| !all[i + 1..].iter().any(|later| later.text == n.text)).map(|(_, n)| *n).collect()
    }

    /// The number of declarations in scope.
    pub(super) fn len(&self) -> usize {
        self.blocks.iter().map(Vec::len).sum()
    }

    /// Whether a name is declared after the first `len` declarations.
    pub(super) fn is_declared_since(&self, name: &str, len: usize) -> bool {
        self.blocks.iter().flatten().skip(len).any(|n| n.text == name)
    }

    /// Records an assignment of a tensor to a place.
    pub(super) fn assign(&mut self, place: &Expr) {
        match place {
            Expr::Path(path) => {
                let Some(name) = path.path.get_ident() else { return };
                let text = name.to_string();
                if let Some(entry) = self.blocks.iter_mut().rev().flat_map(|b| b.iter_mut().rev()).find(|n| n.text == text) {
                    entry.tainted = true;
                    self.assigned.insert(text);
                }
            }
            Expr::Field(field) => self.assign(&field.base),
            Expr::Index(index) => self.assign(&index.expr),
            Expr::Paren(inner) => self.assign(&inner.expr),
            Expr::Unary(unary) => self.assign(&unary.expr),
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|e| self.assign(e)),
            _ => {}
        }
    }

    /// Declares every name that a pattern binds. `access` applies to names that do not say theirs.
    pub(super) fn bind(&mut self, pat: &Pat, tainted: bool, access: Access) {
        match pat {
            Pat::Ident(ident) => {
                let access = match (ident.mutability.is_some(), ident.by_ref.is_some()) {
                    (true, true) => Access::Through,
                    (true, false) => Access::Own,
                    (false, true) => Access::Shared,
                    (false, false) => access,
                };
                self.declare(&ident.ident, tainted, access);
                if let Some(last) = self.blocks.last_mut().and_then(|b| b.last_mut()) {
                    last.borrowed = true;
                }
                if let Some((_, inner)) = &ident.subpat {
                    self.bind(inner, tainted, Access::Shared);
                }
            }
            Pat::Type(typed) => {
                let access = match &*typed.ty {
                    Type::Reference(reference) if reference.mutability.is_some() => Access::Through,
                    Type::Reference(_) => Access::Shared,
                    _ => access,
                };
                self.bind(&typed.pat, holds_tensor(&typed.ty).unwrap_or(tainted), access);
            }
            Pat::Tuple(tuple) => {
                tuple.elems.iter().for_each(|p| self.bind(p, tainted, access));
            }
            Pat::TupleStruct(tuple) => tuple.elems.iter().for_each(|p| self.bind(p, tainted, access)),
            Pat::Struct(fields) => fields.fields.iter().for_each(|f| self.bind(&f.pat, tainted, access)),
            Pat::Slice(slice) => slice.elems.iter().for_each(|p| self.bind(p, tainted, access)),
            Pat::Reference(reference) => self.bind(&reference.pat, tainted, Access::Shared),
            Pat::Paren(inner) => self.bind(&inner.pat, tainted, access),
            Pat::Guard(guarded) => self.bind(&guarded.pat, tainted, access),
            // All alternatives bind the same names.
            Pat::Or(cases) => cases.cases.iter().take(1).for_each(|p| self.bind(p, tainted, access)),
            _ => {}
        }
    }

    /// Whether tokens mention a name that may hold a tensor.
    pub(super) fn mentioned(&self, tokens: TokenStream) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(name) => self.is_tainted(&name.to_string()),
            TokenTree::Group(group) => self.mentioned(group.stream()),
            // Only the macro of a format string reads `"{x}"`, and it rewrites nothing.
            TokenTree::Literal(_) | TokenTree::Punct(_) => false,
        })
    }
}

/// Whether a method returns a host value on any receiver.
pub(super) fn is_host_method(method: &Ident) -> bool {
    is_one(method, HOST_METHODS)
}

/// Whether a function makes a tensor from host values.
pub(super) fn makes_tensor(function: &Path) -> bool {
    function.segments.iter().any(|s| s.ident == "Tensor")
}

/// Whether a function passes its first argument, or the rows of it, to a closure.
pub(super) fn gives_its_argument(function: &Expr) -> bool {
    const TRANSFORMS: &[&str] =
        &["checkpoint", "grad", "hessian", "jacobian", "jacobian_forward", "jvp", "linearize", "value_and_grad", "vjp", "vmap"];
    let Expr::Path(path) = function else { return false };
    path.path.segments.last().is_some_and(|s| is_one(&s.ident, TRANSFORMS))
}
