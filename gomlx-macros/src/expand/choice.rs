// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `match` on numbers, which may be tensors.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Block, Expr, Lit, Pat, RangeLimits, UnOp};

use super::control::{block_of, driven, only_host};
use super::operand::{borrow, ends, runtime_call};
use super::rewrite::{Rewriter, Tainted};
use super::taint::Access;

/// The numbers that an arm takes, as intervals; all that are left, if there are none.
type Intervals = Vec<TokenStream>;

impl Rewriter<'_> {
    pub(super) fn match_expr(&mut self, expr: &mut Expr) -> Tainted {
        let Expr::Match(choice) = expr else { return false };
        let scrutinee_ends = ends(&choice.expr);
        let scrutinee = self.expr(&mut choice.expr);
        let arms: Option<Vec<Intervals>> = choice.arms.iter().map(|arm| intervals(&arm.pat)).collect();
        let arms = arms.filter(|arms| scrutinee && arms.iter().any(|a| !a.is_empty()) && arms.last().is_some_and(Vec::is_empty));
        let Some(arms) = arms else {
            let mut tainted = false;
            for arm in &mut choice.arms {
                self.names.enter();
                self.names.bind(&arm.pat, scrutinee, Access::Shared);
                if let Pat::Guard(guarded) = &mut arm.pat {
                    self.condition(&mut guarded.guard);
                }
                tainted |= self.moved(&mut arm.body);
                self.names.leave();
            }
            return tainted;
        };
        let mut blocks: Vec<Block> = choice.arms.iter().map(|arm| block_of((*arm.body).clone())).collect();
        let branches = self.branches(&blocks, true);
        let (_, scope) = self.arms(&branches, &mut blocks, true);
        let matched = match scope.only_host {
            None => borrow(&choice.expr).into_token_stream(),
            reason => {
                let matched = only_host(reason, scrutinee_ends, choice.expr.to_token_stream());
                quote!(&#matched)
            }
        };
        let patterns: Vec<TokenStream> = choice.arms.iter().map(|arm| arm.pat.to_token_stream()).collect();
        let positions = (0..patterns.len()).map(proc_macro2::Literal::usize_unsuffixed);
        let host = quote!(|number| match number { #(#patterns => #positions,)* });
        let intervals = arms.iter().map(|a| quote!(&[#(#a),*]));
        let create = runtime_call("choice", scrutinee_ends.0, scrutinee_ends, &quote!(#matched, &[#(#intervals),*], #host));
        let (last, others) = blocks.split_last().expect("there is an arm for the rest");
        let numbers = (0..others.len()).map(proc_macro2::Literal::usize_unsuffixed);
        let driver = &branches.driver;
        let value = quote!(match #driver.arm() { #(#numbers => #others)* _ => #last });
        *expr = driven(&branches, &scope, &quote!(#create), &value);
        true
    }
}

/// The intervals of a pattern of numbers; nothing if it is another pattern.
fn intervals(pat: &Pat) -> Option<Intervals> {
    match pat {
        Pat::Wild(_) => Some(vec![]),
        Pat::Lit(lit) => {
            let number = number(&Expr::Lit(lit.clone()))?;
            Some(vec![quote!((#number, #number))])
        }
        Pat::Range(range) => {
            let low = match &range.start {
                Some(start) => number(start)?,
                None => quote!(i128::MIN),
            };
            let high = match (&range.end, &range.limits) {
                (Some(end), RangeLimits::Closed(_)) => number(end)?,
                (Some(end), RangeLimits::HalfOpen(_)) => {
                    let end = number(end)?;
                    quote!(#end - 1)
                }
                (None, _) => quote!(i128::MAX),
            };
            Some(vec![quote!((#low, #high))])
        }
        Pat::Or(cases) => {
            let all: Option<Vec<Intervals>> = cases.cases.iter().map(intervals).collect();
            Some(all?.into_iter().flatten().collect())
        }
        Pat::Paren(inner) => intervals(&inner.pat),
        _ => None,
    }
}

/// A number as the runtime takes it.
fn number(expr: &Expr) -> Option<TokenStream> {
    match expr {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Int(n) => {
                let n: i128 = n.base10_parse().ok()?;
                let n = proc_macro2::Literal::i128_unsuffixed(n);
                Some(quote!(#n))
            }
            Lit::Bool(b) => Some(if b.value { quote!(1) } else { quote!(0) }),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            let n = number(&unary.expr)?;
            Some(quote!(-#n))
        }
        Expr::Paren(inner) => number(&inner.expr),
        _ => None,
    }
}
