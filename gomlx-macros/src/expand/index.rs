// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `x[i]`, `x[a..b] = v` and `x[i] += v` of a certain tensor `x`. Indexing of anything else stays Rust's.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Ident, Member, Pat, UnOp};

use super::names::{introduced, is_one};
use super::operand::{borrow_tainted, is_compound_assignment};
use super::rewrite::{Rewriter, Tainted};

/// Methods of tensors that return one tensor.
const OF_TENSORS: &[&str] = &[
    "abs",
    "add",
    "all",
    "any",
    "argmax",
    "argmin",
    "at",
    "avg_pool",
    "bitcast",
    "broadcast_to",
    "cast",
    "cbrt",
    "ceil",
    "clamp",
    "clone",
    "conv",
    "cos",
    "eq",
    "erf",
    "exp",
    "expand_dims",
    "expm1",
    "flatten",
    "floor",
    "ge",
    "gelu",
    "gelu_tanh",
    "gt",
    "is_finite",
    "le",
    "log",
    "log1p",
    "log_softmax",
    "logsumexp",
    "lt",
    "matmul",
    "max",
    "max_axis",
    "max_keep",
    "max_pool",
    "maximum",
    "mean",
    "mean_axis",
    "mean_keep",
    "min",
    "min_axis",
    "min_keep",
    "minimum",
    "ne",
    "one_hot",
    "pad",
    "powf",
    "powi",
    "prod",
    "prod_axis",
    "prod_keep",
    "relu",
    "reshape",
    "reverse",
    "round",
    "rsqrt",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "slice",
    "slice_axis",
    "softmax",
    "sqrt",
    "square",
    "squeeze",
    "sum",
    "sum_axis",
    "sum_keep",
    "t",
    "take",
    "tan",
    "tanh",
    "transpose",
    "variance_keep",
];

/// Functions that return one tensor: associated functions of `Tensor`, and free functions.
const MAKE_TENSORS: &[&str] = &["arange", "full", "iota", "ones", "scalar", "zeros"];
const FREE: &[&str] = &["concat", "select", "stack", "stop_gradient"];

impl Rewriter<'_> {
    /// Whether an expression as written certainly is a tensor or a reference to one.
    pub(super) fn is_tensor(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Path(path) => {
                let name = path.path.get_ident().map(ToString::to_string);
                name.and_then(|n| self.names.find(&n)).is_some_and(|n| n.tensor)
            }
            Expr::Paren(inner) => self.is_tensor(&inner.expr),
            Expr::Group(inner) => self.is_tensor(&inner.expr),
            Expr::Reference(inner) => self.is_tensor(&inner.expr),
            Expr::Unary(unary) => matches!(unary.op, UnOp::Neg(_) | UnOp::Not(_) | UnOp::Deref(_)) && self.is_tensor(&unary.expr),
            Expr::Binary(binary) => !is_compound_assignment(&binary.op) && (self.is_tensor(&binary.left) || self.is_tensor(&binary.right)),
            Expr::Index(index) => self.is_tensor(&index.expr),
            Expr::MethodCall(call) => is_one(&call.method, OF_TENSORS) && self.is_tensor(&call.receiver),
            Expr::Call(call) => {
                let Expr::Path(path) = &*call.func else { return false };
                let names: Vec<String> = path.path.segments.iter().map(|s| s.ident.to_string()).collect();
                match names.as_slice() {
                    [.., owner, name] if owner == "Tensor" => MAKE_TENSORS.iter().any(|m| name == m),
                    [.., name] => FREE.iter().any(|f| name == f),
                    [] => false,
                }
            }
            Expr::Field(field) => {
                let of_self = matches!(&*field.base, Expr::Path(p) if p.path.is_ident("self"));
                matches!(&field.member, Member::Named(name) if of_self && self.context.tensor_fields.contains(&name))
            }
            _ => false,
        }
    }

    /// The names of a pattern that certainly get a tensor.
    pub(super) fn certain(&self, pat: &Pat, init: &Expr, names: &mut Vec<Ident>) {
        match (pat, init) {
            (Pat::Ident(name), init) if self.is_tensor(init) => names.push(name.ident.clone()),
            (Pat::Tuple(pats), Expr::Tuple(parts)) => pats.elems.iter().zip(&parts.elems).for_each(|(p, e)| self.certain(p, e, names)),
            (Pat::Slice(pats), Expr::Array(parts)) => pats.elems.iter().zip(&parts.elems).for_each(|(p, e)| self.certain(p, e, names)),
            (Pat::Paren(inner), init) => self.certain(&inner.pat, init, names),
            _ => {}
        }
    }

    /// Whether an expression is a part of a certain tensor.
    pub(super) fn is_part(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Index(index) => self.is_tensor(&index.expr),
            Expr::Paren(inner) => self.is_part(&inner.expr),
            _ => false,
        }
    }

    /// `x[index]`.
    pub(super) fn index(&mut self, expr: &mut Expr) -> Tainted {
        let Expr::Index(index) = expr else { return false };
        let part = self.is_tensor(&index.expr);
        if !part && self.is_tensor(&index.index) {
            let message = "a tensor indexes tensors only: write `x.at(&i)` of a tensor that does not look like one here; a `Vec` is indexed by numbers of the host, or made one tensor by `stack`";
            self.errors.at(&index.index, message);
        }
        if part {
            self.ranges(&index.index);
        }
        let base = self.expr(&mut index.expr);
        let tainted = self.expr(&mut index.index) || base;
        if part {
            self.borrow_index(&mut index.index);
            let (tensor, at) = (&index.expr, &index.index);
            // The place of a call is that of its name and its parentheses.
            *expr = Expr::MethodCall(syn::parse_quote_spanned!(index.bracket_token.span.join()=> #tensor.at(#at)));
        }
        tainted
    }

    /// `x[index] = value`, `x[index] += value`.
    pub(super) fn assign_part(&mut self, expr: &mut Expr) -> Tainted {
        let (place, value, op) = match expr {
            Expr::Assign(assign) => (&mut assign.left, &mut assign.right, None),
            Expr::Binary(binary) => (&mut binary.left, &mut binary.right, Some(binary.op)),
            _ => return false,
        };
        let mut place = place.clone();
        while let Expr::Paren(inner) = *place {
            place = inner.expr;
        }
        let Expr::Index(mut part) = *place else { return false };
        if self.is_part(&part.expr) {
            self.errors.at(&part, "a part of a part of a tensor cannot be assigned: index it once, `x[(i, j)] = ..`");
            return false;
        }
        self.ranges(&part.index);
        let mut value = (**value).clone();
        let tainted = self.expr(&mut value);
        borrow_tainted(&mut value, tainted);
        self.expr(&mut part.expr);
        self.expr(&mut part.index);
        self.borrow_index(&mut part.index);
        let (tensor, index) = (&part.expr, &part.index);
        let span = part.bracket_token.span.join();
        let code = match op {
            None => quote_spanned!(span=> #tensor.set(#index, #value)),
            Some(BinOp::AddAssign(_)) => quote_spanned!(span=> #tensor.add_at(#index, #value)),
            Some(op) => {
                let Some(op) = binary_of(&op, span) else {
                    self.errors.at(op, "parts of tensors have `+=`, `-=`, `*=`, `/=` and `%=`");
                    return false;
                };
                let (held, next) = (introduced("index"), introduced("value"));
                quote_spanned!(span=> {
                    let #held = #index;
                    let #next = #tensor.at(&#held) #op #value;
                    #tensor.set(&#held, #next)
                })
            }
        };
        *expr = Expr::Verbatim(code);
        false
    }

    /// `&mut x[i]` would change a copy.
    pub(super) fn borrowed_part(&mut self, place: &Expr) {
        if self.is_part(place) {
            self.errors.at(place, "a part of a tensor is a new tensor, which it makes no sense to change: assign it, `x[i] = ..`");
        }
    }

    /// Rewrites an index, which is read and never moved.
    fn borrow_index(&self, index: &mut Expr) {
        match index {
            Expr::Tuple(parts) => parts.elems.iter_mut().for_each(|p| self.borrow_index(p)),
            Expr::Path(path) if path.path.get_ident().is_some() => {
                let span = index.span();
                let inner = &*index;
                *index = Expr::Verbatim(quote_spanned!(span=> &#inner));
            }
            _ => {}
        }
    }
}

/// The binary operator of a compound assignment.
fn binary_of(op: &BinOp, span: Span) -> Option<TokenStream> {
    Some(match op {
        BinOp::SubAssign(_) => quote_spanned!(span=> -),
        BinOp::MulAssign(_) => quote_spanned!(span=> *),
        BinOp::DivAssign(_) => quote_spanned!(span=> /),
        BinOp::RemAssign(_) => quote_spanned!(span=> %),
        _ => return None,
    })
}
