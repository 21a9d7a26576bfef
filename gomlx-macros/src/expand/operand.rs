// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Operands of rewritten operators: a place is borrowed, and a call of the runtime replaces the operator.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Ident, Token, UnOp};

/// A call of `::gomlx::__rt::name` with the place of the whole expression that it replaces: errors underline that
/// expression, and the trace records its line.
pub(super) fn runtime_call(name: &str, operator: Span, (first, last): (Span, Span), arguments: &TokenStream) -> Expr {
    let path = name.split("::").map(|part| Ident::new(part, operator));
    // The first and the last token of a call form its span.
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

/// Puts `&` before an operand that is a place, since an operator would move out of it.
pub(super) fn borrow_place(operand: &mut Expr) {
    if is_place(operand) {
        *operand = borrow(operand);
    }
}

/// `&operand`. syn's printer adds parentheses if needed.
pub(super) fn borrow(operand: &Expr) -> Expr {
    let and_token = Token![&](operand.span());
    Expr::Reference(syn::ExprReference { attrs: vec![], and_token, mutability: None, expr: Box::new(bare(operand).clone()) })
}

/// An operand without its outer parentheses, which an argument of a call does not need.
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
