// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Operands of rewritten operators: borrowed where they name a place, and called with in the operator's stead.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Ident, Token, UnOp};

/// A call of `::gomlx::__rt::name`, whose place is all of what it stands for: errors underline that, and a trace notes
/// its line.
pub(super) fn runtime_call(name: &str, operator: Span, (first, last): (Span, Span), arguments: &TokenStream) -> Expr {
    let path = name.split("::").map(|part| Ident::new(part, operator));
    // The first and the last token of a call make up its span.
    let start = quote_spanned!(first=> ::);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments.clone());
    arguments.set_span(last);
    let path = quote_spanned!(operator=> gomlx::__rt #(::#path)*);
    Expr::Verbatim(quote!(#start #path #arguments))
}

/// The spans of the first and the last token.
pub(super) fn ends(expr: &Expr) -> (Span, Span) {
    let tokens: Vec<TokenTree> = expr.to_token_stream().into_iter().collect();
    let first = tokens.first().map_or_else(Span::call_site, TokenTree::span);
    let last = match tokens.last() {
        Some(TokenTree::Group(group)) => group.span_close(),
        Some(token) => token.span(),
        None => first,
    };
    (first, last)
}

pub(super) fn borrow_tainted(operand: &mut Expr, tainted: bool) {
    if tainted {
        borrow_place(operand);
    }
}

/// Puts `&` before an operand that names a place, which an operator would otherwise move out of.
pub(super) fn borrow_place(operand: &mut Expr) {
    if is_place(operand) {
        *operand = borrow(operand);
    }
}

/// `&operand`, in parentheses where it needs them: syn's printer sees to that.
pub(super) fn borrow(operand: &Expr) -> Expr {
    let and_token = Token![&](operand.span());
    Expr::Reference(syn::ExprReference { attrs: vec![], and_token, mutability: None, expr: Box::new(bare(operand).clone()) })
}

/// An operand without the parentheses that an argument of a call has no use for.
pub(super) fn bare(operand: &Expr) -> &Expr {
    match operand {
        Expr::Paren(inner) if inner.attrs.is_empty() => bare(&inner.expr),
        _ => operand,
    }
}

pub(super) fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Path(_) | Expr::Field(_) | Expr::Index(_) => true,
        Expr::Unary(unary) => matches!(unary.op, UnOp::Deref(_)),
        Expr::Paren(inner) => is_place(&inner.expr),
        Expr::Group(inner) => is_place(&inner.expr),
        _ => false,
    }
}

/// A number whose type only its use would tell: `1.0`, `-2`, `(1.0 / 3.0)`.
pub(crate) fn is_bare_number(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            syn::Lit::Int(n) => n.suffix().is_empty(),
            syn::Lit::Float(n) => n.suffix().is_empty(),
            _ => false,
        },
        Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_)) && is_bare_number(&unary.expr),
        Expr::Binary(binary) => is_bare_number(&binary.left) && is_bare_number(&binary.right),
        Expr::Paren(inner) => is_bare_number(&inner.expr),
        Expr::Group(inner) => is_bare_number(&inner.expr),
        _ => false,
    }
}

pub(super) fn is_comparison_or_logic(op: &BinOp) -> bool {
    matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Ge(_) | BinOp::Gt(_) | BinOp::Le(_) | BinOp::Lt(_) | BinOp::And(_) | BinOp::Or(_))
}

pub(super) fn is_compound_assignment(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
