// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! Rewrites the parts of a body that Rust cannot overload: operands are borrowed, comparisons and logic become
//! functions that dispatch by type, and conditions are asked for a host `bool`.
//!
//! Invariant: an expression without a name that may hold a tensor keeps every token.
//!
//! Each method of [`Rewriter`] rewrites one expression in place and returns whether it may be a tensor. Control flow is
//! in `control`, early exits are in `exit`, indexing is in `index`, and `access` finds the uses of names.

use std::collections::HashSet;

use proc_macro2::Span;
use quote::{format_ident, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{BinOp, Block, Expr, Ident, Lifetime, Local, Macro, Stmt, Token, UnOp};

use super::operand::{bare, borrow, borrow_place, borrow_tainted, ends, is_comparison_or_logic, is_compound_assignment, runtime_call};
use super::scope::Scope;
use super::taint::{self, Access, Names};
use crate::ast::{Errors, is_bare_number};

/// The surroundings of a body.
pub(super) struct Context<'f> {
    /// For each parameter, whether it may hold tensors, and the accesses that the body may make.
    pub(super) parameters: Vec<(&'f Ident, bool, Access)>,
    /// The parameters that are tensors.
    pub(super) tensors: Vec<&'f Ident>,
    /// The fields of `self` that hold no tensors.
    pub(super) host_fields: Vec<&'f Ident>,
    /// The fields of `self` that are tensors.
    pub(super) tensor_fields: Vec<&'f Ident>,
    /// The parameters that are `&T`.
    pub(super) inputs: Vec<&'f Ident>,
    /// Whether the body returns a `Result`.
    pub(super) fallible: bool,
}

/// Rewrites a body. Returns whether it may return early under a tensor condition.
pub(super) fn rewrite(block: &mut Block, context: &Context<'_>, errors: &mut Errors) -> bool {
    let written = block.clone();
    let (mut assigned, mut graph_loops) = (HashSet::new(), HashSet::new());
    // In a loop, a name may get a tensor after its first use, and a tensor may end a `loop`: repeat until the sets of
    // such names and loops are complete.
    loop {
        let known = (assigned.len(), graph_loops.len());
        let mut names = Names::new(assigned);
        for &(name, tainted, access) in &context.parameters {
            names.declare(name, tainted, access);
            if access == Access::Shared {
                names.refer();
            }
            if context.tensors.contains(&name) {
                names.bind_tensor(&syn::parse_quote!(#name), true);
            }
        }
        *block = written.clone();
        let errors_here = Errors::default();
        let mut rewriter =
            Rewriter { names, context, scopes: vec![], errors: errors_here, serial: 0, returns: false, endless: 0, graph_loops };
        rewriter.block(block);
        (assigned, graph_loops) = (rewriter.names.into_assigned(), rewriter.graph_loops);
        if (assigned.len(), graph_loops.len()) == known {
            errors.append(rewriter.errors);
            return rewriter.returns;
        }
    }
}

pub(super) struct Rewriter<'f> {
    pub(super) names: Names,
    pub(super) context: &'f Context<'f>,
    /// The constructs around the current expression, innermost last.
    pub(super) scopes: Vec<Scope>,
    pub(super) errors: Errors,
    /// Number of introduced names.
    pub(super) serial: usize,
    /// Whether there is a `return` under a condition that may be a tensor.
    pub(super) returns: bool,
    /// Number of `loop`s so far.
    pub(super) endless: usize,
    /// The `loop`s that a tensor ends.
    pub(super) graph_loops: HashSet<usize>,
}

/// Whether an expression may be a tensor.
pub(super) type Tainted = bool;

impl Rewriter<'_> {
    /// Runs an action inside a scope.
    pub(super) fn scoped<R>(&mut self, scope: Scope, action: impl FnOnce(&mut Self) -> R) -> R {
        self.scopes.push(scope);
        let result = action(self);
        self.scopes.pop();
        result
    }

    /// A local of the expansion with a unique name.
    pub(super) fn introduce(&mut self, name: &str) -> Ident {
        self.serial += 1;
        let name = if self.serial == 1 { name.to_owned() } else { format!("{name}{}", self.serial) };
        format_ident!("{name}", span = Span::mixed_site())
    }

    /// A label of the expansion.
    pub(super) fn introduce_label(&mut self, name: &str) -> Lifetime {
        let name = self.introduce(name);
        Lifetime::new(&format!("'{name}"), Span::mixed_site())
    }

    pub(super) fn block(&mut self, block: &mut Block) -> Tainted {
        self.names.enter();
        let tainted = self.statements(&mut block.stmts);
        self.names.leave();
        tainted
    }

    pub(super) fn statements(&mut self, statements: &mut [Stmt]) -> Tainted {
        let mut tainted = false;
        for stmt in statements {
            tainted = match stmt {
                Stmt::Local(local) => {
                    self.local(local);
                    false
                }
                Stmt::Expr(expr, None) => self.moved(expr),
                Stmt::Expr(expr, Some(_)) => {
                    self.expr(expr);
                    false
                }
                Stmt::Macro(stmt) => self.macro_call(&mut stmt.mac),
                Stmt::Item(_) => false,
            };
        }
        tainted
    }

    fn local(&mut self, local: &mut Local) {
        // `let c: bool = a.is_empty() || b > c;` says that no part of it is a tensor.
        let host = matches!(&local.pat, syn::Pat::Type(typed) if matches!(&*typed.ty, syn::Type::Path(p) if p.path.is_ident("bool")));
        if let Some(init) = local.init.as_ref().filter(|init| host && self.is_tensor(&init.expr)) {
            self.errors.at(&init.expr, "what is compared here is only known when the graph runs, and no `bool`: leave the type off");
        }
        if let Some(init) = &local.init {
            self.number(&local.pat, &init.expr);
        }
        let mut tainted = false;
        let mut tensors = vec![];
        let mut access = if local.init.is_none() { Access::Once } else { Access::Read };
        if let Some(init) = local.init.as_mut().filter(|_| !host) {
            access = self.access_of(&init.expr);
            self.certain(&local.pat, &init.expr, &mut tensors);
            tainted = self.moved(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.expr(diverge);
            }
        }
        let before = self.names.len();
        self.names.bind(&local.pat, tainted, access);
        if !local.init.as_ref().is_some_and(|init| may_borrow(&init.expr)) {
            self.names.are_owned_since(before);
        }
        self.names.bind_tensor(&local.pat, false);
        self.names.are_tensors(&tensors);
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e mut Expr>) -> Tainted {
        let mut tainted = false;
        for expr in exprs {
            tainted |= self.moved(expr);
        }
        tainted
    }

    fn optional(&mut self, expr: &mut Option<Box<Expr>>) -> Tainted {
        expr.as_mut().is_some_and(|e| self.expr(e))
    }

    pub(super) fn expr(&mut self, expr: &mut Expr) -> Tainted {
        match expr {
            Expr::Lit(_) | Expr::Const(_) | Expr::Infer(_) => false,
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.names.is_tainted(&name.to_string())),
            Expr::Binary(_) => self.binary(expr),
            Expr::Unary(_) => self.unary(expr),
            Expr::Paren(inner) => self.expr(&mut inner.expr),
            Expr::Group(inner) => self.expr(&mut inner.expr),
            Expr::Reference(inner) => {
                if inner.mutability.is_some() {
                    self.borrowed_part(&inner.expr);
                }
                self.expr(&mut inner.expr)
            }
            Expr::Field(field) => {
                let of_self = matches!(&*field.base, Expr::Path(p) if p.path.is_ident("self"));
                let host = matches!(&field.member, syn::Member::Named(name) if of_self && self.context.host_fields.contains(&name));
                self.expr(&mut field.base) && !host
            }
            Expr::Index(_) => self.index(expr),
            Expr::MethodCall(call) => {
                self.read(call);
                let receiver = self.expr(&mut call.receiver);
                let arguments = self.arguments(&mut call.args, receiver, false);
                // `parts.push(x)`: a receiver that gets a tensor may hold it.
                if arguments && !receiver {
                    self.names.assign(&call.receiver);
                }
                (receiver || arguments) && !taint::is_host_method(&call.method)
            }
            Expr::Call(call) => {
                let makes = matches!(&*call.func, Expr::Path(path) if taint::makes_tensor(&path.path));
                let of_tensor = taint::gives_its_argument(&call.func) && call.args.first().is_some_and(|a| self.is_tensor(a));
                let function = self.expr(&mut call.func);
                self.arguments(&mut call.args, function, of_tensor) || function || makes
            }
            Expr::Closure(_) => self.closure(expr, false, false),
            Expr::If(_) => self.if_expr(expr),
            Expr::While(_) => self.while_expr(expr),
            Expr::ForLoop(_) => self.for_expr(expr),
            Expr::Match(_) => self.match_expr(expr),
            Expr::Let(test) => {
                let access = self.access_of_parts(&test.expr);
                let tainted = self.expr(&mut test.expr);
                self.names.bind(&test.pat, tainted, access);
                false
            }
            Expr::Assign(assign) => {
                self.changed_input(&assign.left);
                if self.is_part(&assign.left) {
                    return self.assign_part(expr);
                }
                if self.moved(&mut assign.right) {
                    self.names.assign(&assign.left);
                }
                self.expr(&mut assign.left);
                false
            }
            Expr::Block(block) => {
                let label = block.label.as_ref().map(|l| l.name.clone());
                self.scoped(Scope::Block(label), |rewriter| rewriter.block(&mut block.block))
            }
            Expr::Unsafe(block) => self.block(&mut block.block),
            Expr::TryBlock(block) => self.block(&mut block.block),
            Expr::Loop(_) => self.loop_expr(expr),
            Expr::Break(_) | Expr::Continue(_) | Expr::Return(_) => self.exit(expr),
            Expr::Try(inner) => {
                if self.is_tensor(&inner.expr) {
                    self.errors.at(
                        &*inner,
                        "an operation gives a tensor, not a `Result`: leave `?` off, for a mistake ends the trace, and the call gives it",
                    );
                }
                self.expr(&mut inner.expr)
            }
            Expr::Cast(inner) => {
                if self.is_tensor(&inner.expr) {
                    self.errors.at(&*inner, "`as` converts numbers of the host: `.cast::<T>()` converts a tensor, whose elements are only known when the graph runs");
                }
                self.expr(&mut inner.expr);
                false
            }
            Expr::Tuple(tuple) => self.exprs(&mut tuple.elems),
            Expr::Array(array) => self.exprs(&mut array.elems),
            Expr::Repeat(repeat) => self.moved(&mut repeat.expr),
            Expr::Range(range) => {
                let start = self.optional(&mut range.start);
                self.optional(&mut range.end) || start
            }
            Expr::Struct(fields) => {
                let mut tainted = false;
                for field in &mut fields.fields {
                    tainted |= self.moved(&mut field.expr);
                    // `Pair { first }` has one token for the field and the value, and only the value is rewritten.
                    if !matches!(field.expr, Expr::Path(_)) {
                        field.colon_token.get_or_insert_with(Default::default);
                    }
                }
                self.optional(&mut fields.rest) || tainted
            }
            Expr::Macro(call) => self.macro_call(&mut call.mac),
            // The other expressions hold no code of a graph: `async` blocks, raw addresses, tokens that syn does not
            // know.
            other => self.names.mentioned(quote!(#other)),
        }
    }

    /// Rewrites the arguments of a call. Closures among them get tensors if another part of the call is a tensor.
    /// `surely` says that they get nothing else.
    fn arguments(&mut self, arguments: &mut Punctuated<Expr, Token![,]>, called: Tainted, surely: bool) -> Tainted {
        let mut tainted = called;
        for argument in arguments.iter_mut().filter(|a| !matches!(a, Expr::Closure(_))) {
            tainted |= self.moved(argument);
        }
        for argument in arguments.iter_mut().filter(|a| matches!(a, Expr::Closure(_))) {
            tainted |= self.closure(argument, tainted, surely);
        }
        tainted
    }

    fn closure(&mut self, expr: &mut Expr, given_tensors: Tainted, surely: bool) -> Tainted {
        let Expr::Closure(closure) = expr else { return false };
        let body = &closure.body;
        let captures = self.names.mentioned(quote!(#body));
        self.names.enter();
        for input in &closure.inputs {
            self.names.bind(input, given_tensors || captures, Access::Read);
            self.names.bind_tensor(input, surely);
        }
        let tainted = self.scoped(Scope::Closure, |rewriter| rewriter.expr(&mut closure.body));
        self.names.leave();
        tainted || captures
    }

    /// Rewrites a condition with `let`, or a guard: it stays, or is asked for a host `bool`.
    pub(super) fn condition(&mut self, condition: &mut Expr) {
        if has_let(condition) {
            // `a && let Some(b) = c`: only operands that are expressions can be asked.
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
        self.power(binary);
        if is_compound_assignment(&binary.op) {
            self.changed_input(&binary.left);
        }
        if is_compound_assignment(&binary.op) && self.is_part(&binary.left) {
            return self.assign_part(expr);
        }
        let rewritten = |binary: &syn::ExprBinary| is_bare_number(&binary.left) || is_comparison_or_logic(&binary.op);
        // Printing the operands for their spans takes long, and rewriting changes them, so it is done only if needed.
        let places = if rewritten(binary) { (ends(&binary.left).0, ends(&binary.right).1) } else { (Span::call_site(), Span::call_site()) };
        let (left, right) = (self.expr(&mut binary.left), self.expr(&mut binary.right));
        if !left && !right {
            return false;
        }
        // rustc would not know the type of a bare number on the left before the type of the result, which
        // `(1.0 - x).exp()` needs.
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
            self.borrow_operand(&mut binary.right, right);
            let (left, right) = (borrow(&binary.left), bare(&binary.right));
            *expr = runtime_call(name, binary.op.span(), places, &quote!(#left, || #right));
            return true;
        }
        if is_compound_assignment(&binary.op) {
            self.borrow_operand(&mut binary.right, right);
            if right {
                self.names.assign(&binary.left);
            }
            return false;
        }
        self.borrow_operand(&mut binary.left, left);
        self.borrow_operand(&mut binary.right, right);
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

    /// Borrows an operand that an operator would move. A parameter of type `&T` is copied instead.
    pub(super) fn borrow_operand(&self, operand: &mut Expr, tainted: Tainted) {
        let copied = match &*operand {
            Expr::Path(path) => path.path.get_ident().and_then(|name| self.names.find(&name.to_string())).is_some_and(|n| n.reference),
            _ => false,
        };
        borrow_tainted(operand, tainted && !copied);
    }

    fn macro_call(&mut self, mac: &mut Macro) -> Tainted {
        self.shown(mac);
        const OF_EXPRESSIONS: &[&str] =
            &["vec", "einsum", "assert", "assert_eq", "assert_ne", "debug_assert", "println", "eprintln", "print", "format", "panic"];
        let tainted = self.names.mentioned(mac.tokens.clone());
        let of_expressions = mac.path.segments.last().is_some_and(|name| OF_EXPRESSIONS.iter().any(|m| name.ident == m));
        if !tainted || !of_expressions {
            return tainted;
        }
        // Other contents, such as `vec![x; n]` or `"{n:?}", n = 3`, stay as they are.
        if let Ok(mut arguments) = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) {
            // `n = x` names an argument.
            let value = |argument| match argument {
                &mut Expr::Assign(ref mut named) => &mut *named.right,
                other => other,
            };
            if mac.path.is_ident("assert") || mac.path.is_ident("debug_assert") {
                arguments.first_mut().into_iter().for_each(|condition| self.condition(condition));
                self.exprs(arguments.iter_mut().skip(1).map(value));
            } else {
                self.exprs(arguments.iter_mut().map(value));
            }
            mac.tokens = quote!(#arguments);
        }
        true
    }
}

/// Whether an expression may be a `&mut`, so that the user has not forgotten a `mut`.
fn may_borrow(expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(_) | Expr::Reference(_) | Expr::If(_) | Expr::Match(_) => true,
        Expr::Try(inner) => may_borrow(&inner.expr),
        _ => false,
    }
}

/// Whether a path is named like a variant of an enum. A value that is compared with one is not a tensor.
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

pub(super) fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(chain) => matches!(chain.op, BinOp::And(_)) && (has_let(&chain.left) || has_let(&chain.right)),
        _ => false,
    }
}
