// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Rewrites a body where Rust cannot overload: operands are borrowed, comparisons and logic become functions that
//! dispatch by type, and conditions are asked for a host `bool`.
//!
//! Invariant: an expression in which no name may hold a tensor stays as it is, token by token.
//!
//! Each method of [`Rewriter`] rewrites one expression in place and says whether it may be a tensor; what a construct
//! becomes is decided in its own arm, which is where graph `if`, `while` and indexing belong.

use std::collections::HashSet;

use quote::quote;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{BinOp, Block, Expr, Ident, Local, Macro, Stmt, Token, UnOp};

use super::operand::{bare, borrow, borrow_place, borrow_tainted, ends, is_bare_number, is_compound_assignment, runtime_call};
use super::taint::{self, Names};

/// Rewrites a body; `parameters` says which names may hold tensors, `host_fields` which fields of `self` hold none.
pub(super) fn rewrite(block: &mut Block, parameters: &[(&Ident, bool)], host_fields: &[&Ident]) {
    let written = block.clone();
    let mut assigned = HashSet::new();
    // A name may be assigned a tensor after its first use, in a loop: repeat until the set of such names is complete.
    loop {
        let known = assigned.len();
        let mut names = Names::new(assigned);
        for (name, tainted) in parameters {
            names.declare(name, *tainted);
        }
        *block = written.clone();
        let mut rewriter = Rewriter { names, host_fields };
        rewriter.block(block);
        assigned = rewriter.names.into_assigned();
        if assigned.len() == known {
            return;
        }
    }
}

struct Rewriter<'f> {
    names: Names,
    host_fields: &'f [&'f Ident],
}

/// Whether an expression may be a tensor.
type Tainted = bool;

impl Rewriter<'_> {
    fn block(&mut self, block: &mut Block) -> Tainted {
        self.names.enter();
        let mut tainted = false;
        for stmt in &mut block.stmts {
            tainted = match stmt {
                Stmt::Local(local) => {
                    self.local(local);
                    false
                }
                Stmt::Expr(expr, semi) => self.expr(expr) && semi.is_none(),
                Stmt::Macro(stmt) => self.macro_call(&mut stmt.mac),
                Stmt::Item(_) => false,
            };
        }
        self.names.leave();
        tainted
    }

    fn local(&mut self, local: &mut Local) {
        // `let c: bool = a.is_empty() || b > c;` says that nothing of it is a tensor.
        let host = matches!(&local.pat, syn::Pat::Type(typed) if matches!(&*typed.ty, syn::Type::Path(p) if p.path.is_ident("bool")));
        let mut tainted = false;
        if let Some(init) = local.init.as_mut().filter(|_| !host) {
            tainted = self.expr(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.expr(diverge);
            }
        }
        self.names.bind(&local.pat, tainted);
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e mut Expr>) -> Tainted {
        let mut tainted = false;
        for expr in exprs {
            tainted |= self.expr(expr);
        }
        tainted
    }

    fn optional(&mut self, expr: &mut Option<Box<Expr>>) -> Tainted {
        expr.as_mut().is_some_and(|e| self.expr(e))
    }

    fn expr(&mut self, expr: &mut Expr) -> Tainted {
        match expr {
            Expr::Lit(_) | Expr::Const(_) | Expr::Infer(_) | Expr::Continue(_) => false,
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.names.is_tainted(&name.to_string())),
            Expr::Binary(_) => self.binary(expr),
            Expr::Unary(_) => self.unary(expr),
            Expr::Paren(inner) => self.expr(&mut inner.expr),
            Expr::Group(inner) => self.expr(&mut inner.expr),
            Expr::Reference(inner) => self.expr(&mut inner.expr),
            Expr::Field(field) => {
                let of_self = matches!(&*field.base, Expr::Path(p) if p.path.is_ident("self"));
                let host = matches!(&field.member, syn::Member::Named(name) if of_self && self.host_fields.contains(&name));
                self.expr(&mut field.base) && !host
            }
            Expr::Index(index) => {
                let base = self.expr(&mut index.expr);
                self.expr(&mut index.index) || base
            }
            Expr::MethodCall(call) => {
                let receiver = self.expr(&mut call.receiver);
                let arguments = self.arguments(&mut call.args, receiver);
                (receiver || arguments) && !taint::is_host_method(&call.method)
            }
            Expr::Call(call) => {
                let makes = matches!(&*call.func, Expr::Path(path) if taint::makes_tensor(&path.path));
                let function = self.expr(&mut call.func);
                self.arguments(&mut call.args, function) || function || makes
            }
            Expr::Closure(_) => self.closure(expr, false),
            Expr::If(branch) => {
                self.names.enter();
                self.condition(&mut branch.cond);
                let then = self.block(&mut branch.then_branch);
                self.names.leave();
                branch.else_branch.as_mut().is_some_and(|(_, e)| self.expr(e)) || then
            }
            Expr::While(repeat) => {
                self.names.enter();
                self.condition(&mut repeat.cond);
                self.block(&mut repeat.body);
                self.names.leave();
                false
            }
            Expr::ForLoop(repeat) => {
                let items = self.expr(&mut repeat.expr);
                self.names.enter();
                self.names.bind(&repeat.pat, items);
                self.block(&mut repeat.body);
                self.names.leave();
                false
            }
            Expr::Match(choice) => {
                let scrutinee = self.expr(&mut choice.expr);
                let mut tainted = false;
                for arm in &mut choice.arms {
                    self.names.enter();
                    self.names.bind(&arm.pat, scrutinee);
                    if let syn::Pat::Guard(guarded) = &mut arm.pat {
                        self.condition(&mut guarded.guard);
                    }
                    tainted |= self.expr(&mut arm.body);
                    self.names.leave();
                }
                tainted
            }
            Expr::Let(test) => {
                let tainted = self.expr(&mut test.expr);
                self.names.bind(&test.pat, tainted);
                false
            }
            Expr::Assign(assign) => {
                if self.expr(&mut assign.right) {
                    self.names.assign(&assign.left);
                }
                self.expr(&mut assign.left);
                false
            }
            Expr::Block(block) => self.block(&mut block.block),
            Expr::Unsafe(block) => self.block(&mut block.block),
            Expr::TryBlock(block) => self.block(&mut block.block),
            // What a `loop` yields is in its `break`s, which may hold anything.
            Expr::Loop(repeat) => {
                self.block(&mut repeat.body);
                self.names.mentioned(quote!(#repeat))
            }
            Expr::Break(leave) => self.optional(&mut leave.expr),
            Expr::Return(leave) => self.optional(&mut leave.expr),
            Expr::Try(inner) => self.expr(&mut inner.expr),
            Expr::Cast(inner) => {
                self.expr(&mut inner.expr);
                false
            }
            Expr::Tuple(tuple) => self.exprs(&mut tuple.elems),
            Expr::Array(array) => self.exprs(&mut array.elems),
            Expr::Repeat(repeat) => self.expr(&mut repeat.expr),
            Expr::Range(range) => {
                let start = self.optional(&mut range.start);
                self.optional(&mut range.end) || start
            }
            Expr::Struct(fields) => {
                let tainted = self.exprs(fields.fields.iter_mut().map(|f| &mut f.expr));
                self.optional(&mut fields.rest) || tainted
            }
            Expr::Macro(call) => self.macro_call(&mut call.mac),
            // The rest holds no code of a graph: `async` blocks, raw addresses, tokens that syn does not know.
            other => self.names.mentioned(quote!(#other)),
        }
    }

    /// Arguments of a call; closures among them are given tensors if anything else of the call is one.
    fn arguments(&mut self, arguments: &mut Punctuated<Expr, Token![,]>, called: Tainted) -> Tainted {
        let mut tainted = called;
        for argument in arguments.iter_mut().filter(|a| !matches!(a, Expr::Closure(_))) {
            tainted |= self.expr(argument);
        }
        for argument in arguments.iter_mut().filter(|a| matches!(a, Expr::Closure(_))) {
            tainted |= self.closure(argument, tainted);
        }
        tainted
    }

    fn closure(&mut self, expr: &mut Expr, given_tensors: Tainted) -> Tainted {
        let Expr::Closure(closure) = expr else { return false };
        let body = &closure.body;
        let captures = self.names.mentioned(quote!(#body));
        self.names.enter();
        for input in &closure.inputs {
            self.names.bind(input, given_tensors || captures);
        }
        let tainted = self.expr(&mut closure.body);
        self.names.leave();
        tainted || captures
    }

    /// A condition of `if`, `while` or a guard: as it is, or asked for a host `bool`.
    fn condition(&mut self, condition: &mut Expr) {
        if has_let(condition) {
            // `a && let Some(b) = c`: only the operands that are expressions can be asked.
            match condition {
                Expr::Binary(chain) => {
                    self.condition(&mut chain.left);
                    self.condition(&mut chain.right);
                }
                other => {
                    self.expr(other);
                }
            }
            return;
        }
        let ends = ends(condition);
        if self.expr(condition) {
            *condition = runtime_call("host_condition", ends.0, ends, &quote!(#condition));
        }
    }

    fn unary(&mut self, expr: &mut Expr) -> Tainted {
        let Expr::Unary(unary) = expr else { return false };
        if !self.expr(&mut unary.expr) {
            return false;
        }
        match &unary.op {
            UnOp::Neg(_) => borrow_place(&mut unary.expr),
            UnOp::Not(not) => {
                borrow_place(&mut unary.expr);
                let (span, operand) = (not.span, bare(&unary.expr));
                *expr = runtime_call("ops::not", span, (span, ends(operand).1), &quote!(#operand));
            }
            _ => {}
        }
        true
    }

    fn binary(&mut self, expr: &mut Expr) -> Tainted {
        let Expr::Binary(binary) = expr else { return false };
        let places = (ends(&binary.left).0, ends(&binary.right).1);
        let (left, right) = (self.expr(&mut binary.left), self.expr(&mut binary.right));
        if !left && !right {
            return false;
        }
        // The type of a bare number on the left would not be known before the result's, which `(1.0 - x).exp()` needs.
        let number_first = is_bare_number(&binary.left);
        let comparison = match &binary.op {
            BinOp::Eq(_) => Some(["ops::eq", "ops::eq"]),
            BinOp::Ne(_) => Some(["ops::ne", "ops::ne"]),
            BinOp::Ge(_) => Some(["ops::ge", "ops::le"]),
            BinOp::Gt(_) => Some(["ops::gt", "ops::lt"]),
            BinOp::Le(_) => Some(["ops::le", "ops::ge"]),
            BinOp::Lt(_) => Some(["ops::lt", "ops::gt"]),
            _ => None,
        };
        if comparison.is_some() && (is_variant(&binary.left) || is_variant(&binary.right)) {
            return false;
        }
        if let Some([name, turned]) = comparison {
            let (left, right) = (borrow(&binary.left), borrow(&binary.right));
            let (name, arguments) = if number_first { (turned, quote!(#right, #left)) } else { (name, quote!(#left, #right)) };
            *expr = runtime_call(name, binary.op.span(), places, &arguments);
            return true;
        }
        let logic = match &binary.op {
            BinOp::And(_) => Some("ops::and"),
            BinOp::Or(_) => Some("ops::or"),
            _ => None,
        };
        if let Some(name) = logic {
            borrow_tainted(&mut binary.right, right);
            let (left, right) = (borrow(&binary.left), bare(&binary.right));
            *expr = runtime_call(name, binary.op.span(), places, &quote!(#left, || #right));
            return true;
        }
        if is_compound_assignment(&binary.op) {
            borrow_tainted(&mut binary.right, right);
            if right {
                self.names.assign(&binary.left);
            }
            return false;
        }
        borrow_tainted(&mut binary.left, left);
        borrow_tainted(&mut binary.right, right);
        let arithmetic = match &binary.op {
            BinOp::Add(_) => Some("ops::add"),
            BinOp::Sub(_) => Some("ops::sub"),
            BinOp::Mul(_) => Some("ops::mul"),
            BinOp::Div(_) => Some("ops::div"),
            BinOp::Rem(_) => Some("ops::rem"),
            _ => None,
        };
        if let (Some(name), true) = (arithmetic, number_first) {
            let (left, right) = (bare(&binary.left), bare(&binary.right));
            *expr = runtime_call(name, binary.op.span(), places, &quote!(#left, #right));
        }
        true
    }

    fn macro_call(&mut self, mac: &mut Macro) -> Tainted {
        const OF_EXPRESSIONS: &[&str] =
            &["vec", "assert", "assert_eq", "assert_ne", "debug_assert", "println", "eprintln", "print", "format", "panic"];
        let tainted = self.names.mentioned(mac.tokens.clone());
        let of_expressions = mac.path.get_ident().is_some_and(|name| OF_EXPRESSIONS.iter().any(|m| name == m));
        if !tainted || !of_expressions {
            return tainted;
        }
        // Other contents, such as `vec![x; n]` or `"{n:?}", n = 3`, stay as they are.
        if let Ok(mut arguments) = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            self.exprs(&mut arguments);
            mac.tokens = quote!(#arguments);
        }
        true
    }
}

/// A variant of an enum, by its name: what is compared with one is no tensor.
fn is_variant(expr: &Expr) -> bool {
    let path = match expr {
        Expr::Path(path) => &path.path,
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) => &path.path,
            _ => return false,
        },
        Expr::Paren(inner) => return is_variant(&inner.expr),
        _ => return false,
    };
    path.segments.last().is_some_and(|s| {
        let name = s.ident.to_string();
        name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
    })
}

fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(chain) => matches!(chain.op, BinOp::And(_)) && (has_let(&chain.left) || has_let(&chain.right)),
        _ => false,
    }
}
