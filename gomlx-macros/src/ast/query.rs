// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Questions about syntax that both `check` and `expand` ask. The answers depend on the text alone.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, Lit, Pat, RangeLimits, Type, UnOp};

/// Whether a written type is a tensor or a reference to one.
pub(crate) fn is_tensor(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|s| s.ident == "Tensor"),
        Type::Reference(reference) => is_tensor(&reference.elem),
        Type::Paren(inner) => is_tensor(&inner.elem),
        Type::Group(inner) => is_tensor(&inner.elem),
        _ => false,
    }
}

/// Whether a field or parameter of a written type may hold tensors.
pub(crate) fn may_hold_tensors(ty: &Type) -> bool {
    holds_tensor(ty) != Some(false)
}

/// Whether a written type is or holds a tensor; `None` if its text does not say.
pub(crate) fn holds_tensor(ty: &Type) -> Option<bool> {
    match ty {
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let name = last.ident.to_string();
            match name.as_str() {
                "Tensor" | "AnyTensor" => Some(true),
                "usize" | "u8" | "u16" | "u32" | "u64" | "u128" | "isize" | "i8" | "i16" | "i32" | "i64" | "i128" | "f32" | "f64"
                | "bool" | "char" | "String" => Some(false),
                _ => {
                    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
                    let of = |argument: &syn::GenericArgument| match argument {
                        syn::GenericArgument::Type(ty) => holds_tensor(ty),
                        _ => None,
                    };
                    arguments.args.iter().map(of).reduce(either)?
                }
            }
        }
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => Some(false),
            inner => holds_tensor(inner),
        },
        Type::Array(array) => holds_tensor(&array.elem),
        Type::Slice(slice) => holds_tensor(&slice.elem),
        Type::Paren(inner) => holds_tensor(&inner.elem),
        Type::Group(inner) => holds_tensor(&inner.elem),
        Type::Tuple(tuple) => tuple.elems.iter().map(holds_tensor).reduce(either)?,
        _ => None,
    }
}

/// A type of two parts holds a tensor if one part does, and holds none only if neither part does.
fn either(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// Whether an expression is a number without a type of its own: `1.0`, `-2`, `(1.0 / 3.0)`.
pub(crate) fn is_bare_number(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(n) => n.suffix().is_empty(),
            Lit::Float(n) => n.suffix().is_empty(),
            _ => false,
        },
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_bare_number(&unary.expr),
        Expr::Binary(binary) => is_bare_number(&binary.left) && is_bare_number(&binary.right),
        Expr::Paren(inner) => is_bare_number(&inner.expr),
        Expr::Group(inner) => is_bare_number(&inner.expr),
        _ => false,
    }
}

/// Whether tokens contain `return`, `break` or `continue`.
pub(crate) fn mentions_exit(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "return" || word == "break" || word == "continue",
        TokenTree::Group(group) => mentions_exit(group.stream()),
        TokenTree::Literal(_) | TokenTree::Punct(_) => false,
    })
}

/// Whether two patterns are `true` and `false`, in either order. Then the second one takes the rest.
pub(crate) fn is_either(first: &Pat, second: &Pat) -> bool {
    let value = |pat: &Pat| match pat {
        Pat::Lit(lit) => match &lit.lit {
            Lit::Bool(b) => Some(b.value),
            _ => None,
        },
        _ => None,
    };
    matches!((value(first), value(second)), (Some(a), Some(b)) if a != b)
}

/// The numbers that an arm of a `match` takes, as closed intervals. An empty list takes all numbers that are left.
pub(crate) type Intervals = Vec<(i128, i128)>;

/// The intervals of a pattern of numbers; `None` for any other pattern.
pub(crate) fn intervals(pat: &Pat) -> Option<Intervals> {
    match pat {
        Pat::Wild(_) => Some(vec![]),
        Pat::Lit(lit) => {
            let number = number(&Expr::Lit(lit.clone()))?;
            Some(vec![(number, number)])
        }
        Pat::Range(range) => {
            let low = match &range.start {
                Some(start) => number(start)?,
                None => i128::MIN,
            };
            let high = match (&range.end, &range.limits) {
                (Some(end), RangeLimits::Closed(_)) => number(end)?,
                (Some(end), RangeLimits::HalfOpen(_)) => number(end)?.checked_sub(1)?,
                (None, _) => i128::MAX,
            };
            Some(vec![(low, high)])
        }
        Pat::Or(cases) => {
            let all: Option<Vec<Intervals>> = cases.cases.iter().map(intervals).collect();
            Some(all?.into_iter().flatten().collect())
        }
        Pat::Paren(inner) => intervals(&inner.pat),
        _ => None,
    }
}

fn number(expr: &Expr) -> Option<i128> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(n) => n.base10_parse().ok(),
            Lit::Bool(b) => Some(i128::from(b.value)),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => number(&unary.expr)?.checked_neg(),
        Expr::Paren(inner) => number(&inner.expr),
        _ => None,
    }
}
