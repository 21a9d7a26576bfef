// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `return`, `break` and `continue` under conditions that may be tensors.
//!
//! Such an exit asks the branches around it, from the inside out, whether it is Rust's own. If a branch is traced, the
//! exit is noted there instead, and the other branch continues.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Lifetime};

use super::names::introduced;
use super::rewrite::{Rewriter, Tainted};
use super::scope::{LoopKind, OnlyHost, Scope, Variable, union};
use super::taint::Access;
use crate::ast::Code;

impl Rewriter<'_> {
    /// The state of the function: the values behind its `&mut` parameters.
    pub(super) fn state(&self) -> Vec<Variable> {
        let through = self.context.parameters.iter().filter(|p| p.2 == Access::Through);
        through.map(|p| Variable::behind(p.0)).collect()
    }

    pub(super) fn exit(&mut self, expr: &mut Expr) -> Tainted {
        match expr {
            Expr::Return(leave) => {
                let tainted = leave.expr.as_mut().is_some_and(|e| self.moved(e));
                self.return_expr(expr);
                tainted
            }
            Expr::Break(leave) => {
                let tainted = leave.expr.as_mut().is_some_and(|e| self.moved(e));
                self.loop_exit(expr);
                tainted
            }
            _ => {
                self.loop_exit(expr);
                false
            }
        }
    }

    fn return_expr(&mut self, expr: &mut Expr) {
        let Expr::Return(leave) = &*expr else { return };
        let span = leave.return_token.span;
        let mut branches = vec![];
        for i in (0..self.scopes.len()).rev() {
            match &mut self.scopes[i] {
                Scope::Branch(_) => branches.push(i),
                Scope::Closure => return self.only_host(&branches, "return_of_closure", span),
                Scope::Loop(l) => match l.kind {
                    LoopKind::While => l.only_host = Some(OnlyHost { function: "return_of_loop", span }),
                    LoopKind::Rolled(rolled) => return self.leaves_rolled("return", span, rolled),
                    LoopKind::Host => {}
                },
                Scope::Block(_) => {}
            }
        }
        if branches.is_empty() {
            return;
        }
        if matches!(leave.expr.as_deref(), Some(Expr::Call(call)) if matches!(&*call.func, Expr::Path(f) if f.path.is_ident("Err"))) {
            return self.only_host(&branches, "error_of_branch", span);
        }
        let state = self.state();
        let is_other = |v: &&Variable| self.names.is_declared_since(&v.name.to_string(), self.context.parameters.len());
        if let Some(variable) = state.iter().find(is_other) {
            self.shadowed(&variable.name, leave);
        }
        self.returns = true;
        self.take_along(&branches, &state);
        let value = leave.expr.as_ref().map_or_else(|| quote!(()), |e| quote!(#e));
        let question = self.context.fallible.then(|| quote!(?));
        let result = introduced("result");
        let chain = self.chain(&branches, quote!(return #result), &quote!(exit_return(#result #question)));
        *expr = Expr::Verbatim(quote!({ let #result = #value; #chain }));
    }

    fn loop_exit(&mut self, expr: &mut Expr) {
        let (label, span, breaks, value) = match &*expr {
            Expr::Break(leave) => (leave.label.clone(), leave.break_token.span, true, leave.expr.clone()),
            Expr::Continue(leave) => (leave.label.clone(), leave.continue_token.span, false, None),
            _ => return,
        };
        let mut branches = vec![];
        let mut crossed = vec![];
        let mut target = None;
        for (i, scope) in self.scopes.iter().enumerate().rev() {
            match scope {
                Scope::Branch(_) => branches.push(i),
                Scope::Closure => break,
                Scope::Block(name) if label.is_some() && *name == label => {
                    target = Some(i);
                    break;
                }
                Scope::Loop(l) if label.is_none() || l.label == label => {
                    target = Some(i);
                    break;
                }
                Scope::Loop(_) => crossed.push(i),
                Scope::Block(_) => {}
            }
        }
        let Some(target) = target else { return };
        for &i in &crossed {
            match &mut self.scopes[i] {
                Scope::Loop(l) => match l.kind {
                    LoopKind::While => l.only_host = Some(OnlyHost { function: "other_loop", span }),
                    LoopKind::Rolled(rolled) => {
                        return self.leaves_rolled(if breaks { "break" } else { "continue" }, span, rolled);
                    }
                    LoopKind::Host => {}
                },
                Scope::Branch(_) | Scope::Block(_) | Scope::Closure => {}
            }
        }
        let Scope::Loop(left) = &self.scopes[target] else { return self.only_host(&branches, "other_loop", span) };
        if let LoopKind::Rolled(rolled) = left.kind
            && breaks
        {
            return self.leaves_rolled("break", span, rolled);
        }
        if branches.is_empty() {
            return;
        }
        if matches!(left.kind, LoopKind::While)
            && let Some(value) = &value
        {
            self.errors.at(value, "a loop that the graph runs gives no value: assign a variable before `break`, and use it after the loop");
            return;
        }
        if let Some(endless) = left.endless
            && crossed.is_empty()
            && branches.iter().any(|&i| matches!(&self.scopes[i], Scope::Branch(b) if b.sure))
        {
            self.graph_loops.insert(endless);
        }
        let (kind, variables, declared) = (left.kind, left.variables.clone(), left.declared);
        let label = self.label_of(target);
        let native = match (breaks, value) {
            (true, Some(value)) => quote!(break #label #value),
            (true, None) => quote!(break #label),
            (false, _) => quote!(continue #label),
        };
        if matches!(kind, LoopKind::Host) || !crossed.is_empty() {
            let function = if crossed.is_empty() { "break_of_host_loop" } else { "other_loop" };
            self.only_host(&branches, function, span);
            *expr = Expr::Verbatim(native);
            return;
        }
        if let Some(variable) = variables.iter().find(|v| self.names.is_declared_since(&v.name.to_string(), declared)) {
            self.shadowed(&variable.name, &*expr);
        }
        self.take_along(&branches, &variables);
        let chain = self.chain(&branches, native, &quote!(exit_loop(#breaks)));
        *expr = Expr::Verbatim(quote!({ #chain }));
    }

    /// The label of a loop. A loop without one gets one.
    fn label_of(&mut self, target: usize) -> Option<Lifetime> {
        let made = self.introduce_label("steps");
        match &mut self.scopes[target] {
            Scope::Loop(left) => Some(left.label.get_or_insert(made).clone()),
            Scope::Branch(_) | Scope::Block(_) | Scope::Closure => None,
        }
    }

    /// The exit for each branch around it, innermost first.
    fn chain(&self, branches: &[usize], native: TokenStream, call: &TokenStream) -> TokenStream {
        let mut code = native;
        for &i in branches.iter().rev() {
            let Scope::Branch(branch) = &self.scopes[i] else { continue };
            let (driver, label) = (&branch.driver, &branch.label);
            let (places, whole) = (branch.places(), introduced("whole"));
            code = quote! {
                if #driver.leaves() {
                    #code
                }
                #driver.graph();
                match ::gomlx::__rt::on!(#driver.#call #places) {
                    ::core::option::Option::Some(#whole) => break #label #whole,
                    ::core::option::Option::None => continue #label,
                }
            };
        }
        code
    }

    fn shadowed(&mut self, name: &syn::Ident, exit: &impl quote::ToTokens) {
        let message = format!("`{name}` is another variable here than the one of this name whose state is left: rename one");
        self.errors.at(exit, message);
    }

    fn take_along(&mut self, branches: &[usize], variables: &[Variable]) {
        for &i in branches {
            let Scope::Branch(branch) = &self.scopes[i] else { continue };
            let is_other = |v: &&Variable| {
                let known = variables.iter().any(|k| k.name == v.name);
                !known && self.names.is_declared_since(&v.name.to_string(), branch.declared)
            };
            if let Some(name) = branch.variables.iter().find(is_other).map(|v| v.name.clone()) {
                self.shadowed(&name, &name);
            }
            if let Scope::Branch(branch) = &mut self.scopes[i] {
                branch.exits = union(std::mem::take(&mut branch.exits), variables);
            }
        }
    }

    fn only_host(&mut self, branches: &[usize], function: &'static str, span: Span) {
        for &i in branches {
            if let Scope::Branch(branch) = &mut self.scopes[i] {
                branch.only_host.get_or_insert(OnlyHost { function, span });
            }
        }
    }

    pub(super) fn leaves_endless(&mut self, leave: Span, endless: Span) {
        let message = "a `return` cannot leave a loop that the graph runs: leave it with `break`, and return after it";
        let note = "this is the loop, which a tensor ends";
        let mut error = syn::Error::new(leave, Code::Construct.message(message));
        error.combine(syn::Error::new(endless, Code::Construct.message(note)));
        self.errors.push(error);
    }

    fn leaves_rolled(&mut self, what: &str, span: Span, rolled: Span) {
        let message = format!("a `{what}` cannot leave a `rolled` loop, whose number of steps is fixed before it runs");
        let note = "this is the loop: write it as a `while` with a tensor condition, or choose values with `if`";
        let mut error = syn::Error::new(span, Code::Construct.message(message));
        error.combine(syn::Error::new(rolled, Code::Construct.message(note)));
        self.errors.push(error);
    }
}

/// The first `return` of a body outside of closures.
pub(super) fn first_return(body: &Block) -> Option<Span> {
    struct Find(Option<Span>);
    impl<'ast> Visit<'ast> for Find {
        fn visit_expr_return(&mut self, leave: &'ast syn::ExprReturn) {
            self.0.get_or_insert(leave.return_token.span);
            visit::visit_expr_return(self, leave);
        }
        fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
        fn visit_item(&mut self, _: &'ast syn::Item) {}
    }
    let mut find = Find(None);
    find.visit_block(body);
    find.0
}
