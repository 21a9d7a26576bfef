// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Finds the variables that code may change, from its text.
//!
//! If in doubt, a variable counts as changed: the trace drops variables that turn out unchanged.

use std::collections::HashSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, Macro};

use super::names::is_one;
use super::operand::is_compound_assignment;
use super::taint::{Access, Name};

/// The uses of names in code.
#[derive(Default)]
pub(super) struct Changes {
    changed: HashSet<String>,
    /// Names with an assignment to a part of them or through them. Such a name that is not `mut` must be a `&mut`.
    through: HashSet<String>,
    assigned: HashSet<String>,
    mentioned: HashSet<String>,
}

impl Changes {
    /// Reads a block.
    pub(super) fn block(&mut self, block: &syn::Block) {
        self.visit_block(block);
    }

    /// Reads an expression.
    pub(super) fn expr(&mut self, expr: &Expr) {
        self.visit_expr(expr);
    }

    /// Whether the code may change the variable.
    pub(super) fn may_change(&self, name: &Name) -> bool {
        let text = name.name.to_string();
        match name.access {
            Access::Own => self.changed.contains(&text),
            Access::Through => self.mentioned.contains(&text),
            Access::Read | Access::Shared => self.goes_through(name),
            Access::Once => false,
        }
    }

    /// Whether the code shows that a name without `mut` is a `&mut`.
    pub(super) fn goes_through(&self, name: &Name) -> bool {
        name.borrowed && self.through.contains(&name.name.to_string())
    }

    /// Whether the code assigns the name itself.
    pub(super) fn assigns(&self, name: &str) -> bool {
        self.assigned.contains(name)
    }

    fn change(&mut self, place: &Expr) {
        let Some(name) = root(place) else { return };
        if matches!(place, Expr::Field(_) | Expr::Index(_) | Expr::Unary(_)) {
            self.through.insert(name.clone());
        }
        self.changed.insert(name);
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    self.mentioned.insert(name.to_string());
                    self.changed.insert(name.to_string());
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(_) | TokenTree::Punct(_) => {}
            }
        }
    }
}

/// The variable that contains a place.
pub(super) fn root(place: &Expr) -> Option<String> {
    match place {
        Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => root(&field.base),
        Expr::Index(index) => root(&index.expr),
        Expr::Paren(inner) => root(&inner.expr),
        Expr::Group(inner) => root(&inner.expr),
        Expr::Unary(unary) => root(&unary.expr),
        Expr::Reference(reference) => root(&reference.expr),
        Expr::MethodCall(call) => root(&call.receiver),
        _ => None,
    }
}

/// Methods that by convention take `&self`.
const READING: &[&str] = &[
    "as_ref",
    "as_slice",
    "as_str",
    "clone",
    "dim",
    "dims",
    "dtype",
    "is_empty",
    "is_none",
    "is_some",
    "iter",
    "len",
    "rank",
    "to_owned",
    "to_string",
];

impl<'ast> Visit<'ast> for Changes {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        match expr {
            Expr::Path(path) => {
                if let Some(name) = path.path.get_ident() {
                    self.mentioned.insert(name.to_string());
                }
            }
            Expr::Assign(assign) => {
                self.change(&assign.left);
                let mut places = vec![&*assign.left];
                while let Some(place) = places.pop() {
                    match place {
                        Expr::Path(path) => self.assigned.extend(path.path.get_ident().map(ToString::to_string)),
                        Expr::Tuple(tuple) => {
                            for place in &tuple.elems {
                                self.change(place);
                                places.push(place);
                            }
                        }
                        _ => {}
                    }
                }
            }
            Expr::Binary(binary) if is_compound_assignment(&binary.op) => self.change(&binary.left),
            Expr::Reference(reference) if reference.mutability.is_some() => self.change(&reference.expr),
            // Any other method may take `&mut self`.
            Expr::MethodCall(call) if !is_one(&call.method, READING) => self.changed.extend(root(&call.receiver)),
            _ => {}
        }
        visit::visit_expr(self, expr);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        self.tokens(mac.tokens.clone());
    }
}
