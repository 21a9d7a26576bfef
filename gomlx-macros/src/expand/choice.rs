// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `match` on numbers, which may be tensors.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Block, Expr, ExprMatch, Ident, Pat, PatIdent};

use super::control::{block_of, driven, value_span};
use super::operand::{borrow, ends, runtime_call};
use super::rewrite::{Rewriter, Tainted, has_let};
use super::taint::Access;
use crate::ast::{intervals, is_either, mentions_exit};

impl Rewriter<'_> {
    pub(super) fn match_expr(&mut self, expr: &mut Expr) -> Tainted {
        let Expr::Match(choice) = expr else { return false };
        if let Some(named) = self.named_rest(choice) {
            *expr = named;
            return self.expr(expr);
        }
        let sure = self.is_tensor(&choice.expr);
        let written_choice = choice.expr.clone();
        let scrutinee_ends = ends(&choice.expr);
        let access = self.access_of_parts(&choice.expr);
        let scrutinee = self.expr(&mut choice.expr);
        let patterns = choice.arms.iter().map(|arm| match &arm.pat {
            Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
            pat => (pat, None),
        });
        let patterns: Vec<(&Pat, Option<&Expr>)> = patterns.collect();
        let mut arms: Option<Vec<Vec<TokenStream>>> = patterns.iter().map(|(pat, _)| written(pat, sure)).collect();
        if let (Some(arms), [(first, None), (second, None)]) = (&mut arms, patterns.as_slice())
            && is_either(first, second)
        {
            arms[1].clear();
        }
        let of_numbers = |arms: &Vec<Vec<TokenStream>>| arms.iter().any(|a| !a.is_empty()) && arms.last().is_some_and(Vec::is_empty);
        let rest_is_last = patterns.last().is_some_and(|(_, guard)| guard.is_none());
        let others = arms.as_ref().is_none_or(|arms| arms.iter().any(|arm| !arm.is_empty()));
        let Some(arms) = arms.filter(|arms| scrutinee && of_numbers(arms) && rest_is_last) else {
            if sure && others {
                let message = "a `match` on a tensor goes by integers, constants, ranges and `|` of those, and ends with an arm for the rest, `_` or a name: write `if`s for other choices";
                self.errors.at(&written_choice, message);
                return true;
            }
            let mut tainted = false;
            for arm in &mut choice.arms {
                self.names.enter();
                self.names.bind(&arm.pat, scrutinee, access);
                if let Pat::Guard(guarded) = &mut arm.pat {
                    self.condition(&mut guarded.guard);
                }
                tainted |= self.moved(&mut arm.body);
                self.names.leave();
            }
            return tainted;
        };
        let guarded = patterns.iter().any(|(_, guard)| guard.is_some());
        let lets = patterns.iter().any(|(_, guard)| guard.is_some_and(has_let));
        let exits = choice.arms.iter().any(|arm| mentions_exit(arm.body.to_token_stream()));
        if (guarded || exits) && !lets {
            let matched = borrow(&choice.expr);
            let bodies: Vec<Block> = choice.arms.iter().map(|arm| block_of((*arm.body).clone())).collect();
            let conditions: Vec<(Vec<TokenStream>, Option<Expr>)> =
                arms.into_iter().zip(patterns).map(|(arm, (_, guard))| (arm, guard.cloned())).collect();
            return self.chain_of_ifs(expr, &matched, conditions, bodies);
        }
        let mut blocks: Vec<Block> = choice.arms.iter().map(|arm| block_of((*arm.body).clone())).collect();
        let branches = self.branches(&blocks, true);
        let (_, scope) = self.arms(&branches, &mut blocks, sure);
        let matched = borrow(&choice.expr);
        let patterns: Vec<TokenStream> = choice.arms.iter().map(|arm| arm.pat.to_token_stream()).collect();
        let positions = (0..patterns.len()).map(proc_macro2::Literal::usize_unsuffixed);
        let host = quote!(|number| match number { #(#patterns => #positions,)* });
        let intervals = arms.iter().map(|arm| quote!(&[#(#arm),*]));
        let create = runtime_call("choice", scrutinee_ends.0, scrutinee_ends, &quote!(#matched, &[#(#intervals),*], #host));
        let (last, others) = blocks.split_last().expect("there is an arm for the rest");
        let numbers = (0..others.len()).map(proc_macro2::Literal::usize_unsuffixed);
        let driver = &branches.driver;
        let value = quote!(match #driver.arm() { #(#numbers => #others)* _ => #last });
        *expr = driven(&branches, &scope, &quote!(#create), &value, value_span(&block_of((*choice.arms[0].body).clone())));
        true
    }

    /// Rewrites `match k { 0 => a, n => x * n }`, with a name for the matched value, to `_` and a `let`.
    fn named_rest(&mut self, choice: &ExprMatch) -> Option<Expr> {
        if !self.is_tensor(&choice.expr) {
            return None;
        }
        if !choice.arms.iter().any(|arm| binding(&arm.pat).is_some()) {
            return None;
        }
        let name = self.introduce("matched");
        let mut choice = choice.clone();
        let matched = std::mem::replace(&mut *choice.expr, syn::parse_quote!(#name));
        for arm in &mut choice.arms {
            let Some(bound) = binding(&arm.pat).cloned() else { continue };
            let body = &arm.body;
            *arm.body = syn::parse_quote!({ #[allow(unused_variables)] let #bound = #name.clone(); #body });
            match &mut arm.pat {
                Pat::Guard(guarded) => {
                    let guard = &guarded.guard;
                    *guarded.guard = syn::parse_quote!({ let #bound = #name.clone(); #guard });
                    *guarded.pat = syn::parse_quote!(_);
                }
                pat => *pat = syn::parse_quote!(_),
            }
        }
        Some(syn::parse_quote!({ let #name = #matched.clone(); #choice }))
    }

    /// A `match` with guards or exits becomes nested `if`s.
    fn chain_of_ifs(
        &mut self,
        expr: &mut Expr,
        matched: &Expr,
        arms: Vec<(Vec<TokenStream>, Option<Expr>)>,
        bodies: Vec<Block>,
    ) -> Tainted {
        let name = self.introduce("matched");
        let mut chain: Option<Expr> = None;
        for ((intervals, guard), body) in arms.into_iter().zip(bodies).rev() {
            let is = Expr::Verbatim(quote!(::gomlx::__rt::Choose::is(#name, &[#(#intervals),*])));
            let condition: Expr = match guard {
                Some(guard) => syn::parse_quote!(#is && #guard),
                None => is,
            };
            chain = Some(match chain {
                None => Expr::Block(syn::ExprBlock { attrs: vec![], label: None, block: body }),
                Some(rest) => {
                    let rest = block_of(rest);
                    Expr::If(syn::parse_quote!(if #condition #body else #rest))
                }
            });
        }
        let Some(mut chain) = chain else { return false };
        self.names.enter();
        self.names.declare(&name, true, Access::Shared);
        let tainted = self.expr(&mut chain);
        self.names.leave();
        *expr = Expr::Verbatim(quote!({ let #name = #matched; #chain }));
        tainted
    }
}

/// The name that a pattern gives to the whole matched value.
fn binding(pat: &Pat) -> Option<&PatIdent> {
    match pat {
        Pat::Ident(name) if name.subpat.is_none() && !is_constant(&name.ident) => Some(name),
        Pat::Guard(guarded) => binding(&guarded.pat),
        _ => None,
    }
}

/// Whether a name is written like a constant.
fn is_constant(name: &Ident) -> bool {
    let name = name.to_string();
    name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
}

/// The intervals of a pattern in the form that the runtime takes. A constant is a number if a tensor is matched, and
/// may be anything otherwise.
fn written(pat: &Pat, of_tensor: bool) -> Option<Vec<TokenStream>> {
    let constant = |name: &dyn ToTokens| vec![quote!((#name as i128, #name as i128))];
    match pat {
        Pat::Ident(name) if of_tensor && is_constant(&name.ident) => Some(constant(name)),
        Pat::Path(path) if of_tensor && path.path.segments.last().is_some_and(|s| is_constant(&s.ident)) => Some(constant(path)),
        Pat::Or(cases) => {
            let all: Option<Vec<Vec<TokenStream>>> = cases.cases.iter().map(|p| written(p, of_tensor)).collect();
            Some(all?.into_iter().flatten().collect())
        }
        Pat::Paren(inner) => written(&inner.pat, of_tensor),
        _ => Some(intervals(pat)?.iter().map(interval).collect()),
    }
}

/// An interval in the form that the runtime takes.
fn interval(&(low, high): &(i128, i128)) -> TokenStream {
    let end = |n: i128| match n {
        i128::MIN => quote!(i128::MIN),
        i128::MAX => quote!(i128::MAX),
        n => {
            let magnitude = proc_macro2::Literal::u128_unsuffixed(n.unsigned_abs());
            if n < 0 { quote!(-#magnitude) } else { quote!(#magnitude) }
        }
    };
    let (low, high) = (end(low), end(high));
    quote!((#low, #high))
}
