// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The accesses that names bound to an expression, or to parts of it, may make, from its text.

use syn::{Expr, Pat};

use super::names::is_one;
use super::rewrite::Rewriter;
use super::taint::Access;

/// Methods that return references through which the receiver changes.
const MUTABLE: &[&str] = &[
    "as_mut",
    "chunks_mut",
    "first_mut",
    "get_mut",
    "get_or_insert",
    "get_or_insert_with",
    "insert",
    "iter_mut",
    "last_mut",
    "or_default",
    "or_insert",
    "or_insert_with",
    "values_mut",
];

/// The items of an iterator, for a pattern.
enum Items {
    /// Anything.
    One(Access),
    /// A host number and another item.
    Counted(Box<Items>),
    /// An item of each of two iterators.
    Both(Box<Items>, Box<Items>),
}

impl Rewriter<'_> {
    /// The access of a name that is bound to an expression.
    pub(super) fn access_of(&self, expr: &Expr) -> Access {
        match expr {
            Expr::Reference(reference) if reference.mutability.is_some() => Access::Through,
            Expr::Reference(_) => Access::Shared,
            Expr::MethodCall(call) if is_one(&call.method, MUTABLE) => Access::Through,
            Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => self.access_of(&call.receiver),
            Expr::Try(inner) => self.access_of(&inner.expr),
            Expr::Paren(inner) => self.access_of(&inner.expr),
            Expr::Path(path) => match path.path.get_ident().and_then(|name| self.names.find(&name.to_string())) {
                Some(name) if name.access == Access::Through => Access::Through,
                _ => Access::Read,
            },
            _ => Access::Read,
        }
    }

    /// The access of the names in a pattern that destructures the expression.
    pub(super) fn access_of_parts(&self, expr: &Expr) -> Access {
        match self.access_of(expr) {
            Access::Read => Access::Shared,
            access => access,
        }
    }

    /// Declares the names of a `for`'s pattern.
    pub(super) fn bind_items(&mut self, pat: &Pat, over: &Expr, tainted: bool) {
        let items = self.items(over);
        self.bind_item(pat, &items, tainted);
    }

    fn items(&self, over: &Expr) -> Items {
        let Expr::MethodCall(call) = over else { return Items::One(self.access_of_parts(over)) };
        let inner = || Box::new(self.items(&call.receiver));
        match (call.method.to_string().as_str(), call.args.first()) {
            ("enumerate", None) => Items::Counted(inner()),
            ("zip", Some(other)) => Items::Both(inner(), Box::new(self.items(other))),
            ("rev" | "skip" | "step_by" | "take", _) => *inner(),
            _ => Items::One(self.access_of_parts(over)),
        }
    }

    fn bind_item(&mut self, pat: &Pat, items: &Items, tainted: bool) {
        let pair = match pat {
            Pat::Tuple(tuple) if tuple.elems.len() == 2 => Some((&tuple.elems[0], &tuple.elems[1])),
            _ => None,
        };
        match (items, pair) {
            (Items::Counted(items), Some((count, item))) => {
                self.names.bind(count, false, Access::Read);
                self.bind_item(item, items, tainted);
            }
            (Items::Both(first, second), Some((a, b))) => {
                self.bind_item(a, first, tainted);
                self.bind_item(b, second, tainted);
            }
            // The key of a map's item is not a `&mut`.
            (Items::One(Access::Through), _) if matches!(pat, Pat::Tuple(_)) => self.names.bind(pat, tainted, Access::Shared),
            (Items::One(access), _) => self.names.bind(pat, tainted, *access),
            (Items::Counted(_) | Items::Both(..), None) => self.names.bind(pat, tainted, Access::Shared),
        }
    }
}
