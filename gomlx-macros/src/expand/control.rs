// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! `if`, `match`, `while` and `for` whose conditions may be tensors.
//!
//! Each becomes the same construct, driven by an object of the runtime. The condition's type chooses the object's type:
//! for a `bool` the code runs as written, for a tensor every part is traced. See `gomlx::control`.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Block, Expr, ExprForLoop, ExprWhile, Ident, Lifetime, Stmt};

use super::changes::Changes;
use super::exit::first_return;
use super::names::introduced;
use super::operand::{bare, borrow, ends, is_place, runtime_call};
use super::rewrite::{Rewriter, Tainted, has_let};
use super::scope::{Branch, Loop, LoopKind, OnlyHost, Scope, Variable, places};
use super::taint::Access;

/// The common facts about branches before they are rewritten.
pub(super) struct Branches {
    pub(super) driver: Ident,
    label: Lifetime,
    variables: Vec<Variable>,
    /// Variables without a value that every branch assigns.
    late: Vec<Ident>,
}

impl Rewriter<'_> {
    /// The visible variables that code may change.
    pub(super) fn variables(&self, changes: &Changes) -> Vec<Variable> {
        self.names.visible().into_iter().filter(|n| changes.may_change(n)).map(|n| Variable::of(n, changes)).collect()
    }

    pub(super) fn if_expr(&mut self, expr: &mut Expr) -> Tainted {
        let Expr::If(branch) = expr else { return false };
        let condition_ends = ends(&branch.cond);
        let sure = self.is_tensor(&branch.cond);
        self.names.enter();
        let by_tensor = match has_let(&branch.cond) {
            true => {
                self.condition(&mut branch.cond);
                false
            }
            false => self.expr(&mut branch.cond),
        };
        if !by_tensor {
            let then = self.block(&mut branch.then_branch);
            self.names.leave();
            return branch.else_branch.as_mut().is_some_and(|(_, e)| self.moved(e)) || then;
        }
        self.names.leave();
        self.borrow_operand(&mut branch.cond, true);
        let mut arms = vec![branch.then_branch.clone()];
        if let Some((_, otherwise)) = &branch.else_branch {
            arms.push(block_of((**otherwise).clone()));
        }
        let both = branch.else_branch.is_some();
        let branches = self.branches(&arms, both);
        let (mut tainted, scope) = self.arms(&branches, &mut arms, sure);
        tainted |= both;
        let condition = only_host(scope.only_host, condition_ends, branch.cond.to_token_stream());
        let create = runtime_call("branch", condition_ends.0, condition_ends, &condition);
        let driver = &branches.driver;
        let if_token = branch.if_token;
        let value = match arms.as_slice() {
            [then, otherwise] => quote!(#if_token #driver.taken() #then else #otherwise),
            arms => quote!(#if_token #driver.taken() #(#arms)*),
        };
        *expr = driven(&branches, &scope, &quote!(#create), &value, value_span(&branch.then_branch));
        tainted
    }

    /// The variables that the arms of a construct may change.
    pub(super) fn branches(&mut self, arms: &[Block], all: bool) -> Branches {
        let each: Vec<Changes> = (arms.iter())
            .map(|arm| {
                let mut changes = Changes::default();
                changes.block(arm);
                changes
            })
            .collect();
        let mut changes = Changes::default();
        arms.iter().for_each(|arm| changes.block(arm));
        let late = (self.names.visible().into_iter())
            .filter(|n| all && n.access == Access::Once && each.iter().all(|c| c.assigns(&n.name.to_string())))
            .map(|n| n.name.clone())
            .collect();
        let driver = self.introduce("branch");
        let label = Lifetime::new(&format!("'{driver}"), Span::mixed_site());
        Branches { driver, label, variables: self.variables(&changes), late }
    }

    /// Rewrites the arms. Returns whether one may be a tensor, and the facts about their exits.
    pub(super) fn arms(&mut self, branches: &Branches, arms: &mut [Block], sure: bool) -> (Tainted, Branch) {
        let scope = Branch {
            driver: branches.driver.clone(),
            label: branches.label.clone(),
            declared: self.names.len(),
            variables: branches.variables.clone(),
            sure,
            only_host: None,
            exits: vec![],
        };
        self.scopes.push(Scope::Branch(scope));
        let mut tainted = false;
        for arm in arms {
            tainted |= self.arm(&branches.late, arm);
        }
        let Some(Scope::Branch(scope)) = self.scopes.pop() else { unreachable!("scopes are left in the order they are entered") };
        (tainted, scope)
    }

    fn arm(&mut self, late: &[Ident], arm: &mut Block) -> Tainted {
        if late.is_empty() {
            return self.block(arm);
        }
        self.names.enter();
        for name in late {
            self.names.declare(name, false, Access::Once);
        }
        let tainted = self.statements(&mut arm.stmts);
        let given: Vec<bool> = late.iter().map(|name| self.names.is_tainted(&name.to_string())).collect();
        self.names.leave();
        for (name, _) in late.iter().zip(given).filter(|(_, tainted)| *tainted) {
            self.names.assign(&Expr::Path(syn::parse_quote!(#name)));
        }
        let statements = &arm.stmts;
        let value = introduced("value");
        arm.stmts = syn::parse_quote!(#(let #late;)* let #value = { #(#statements)* }; (#(#late,)* #value));
        tainted
    }

    pub(super) fn while_expr(&mut self, expr: &mut Expr) -> Tainted {
        let Expr::While(repeat) = expr else { return false };
        let mut changes = Changes::default();
        changes.expr(&repeat.cond);
        changes.block(&repeat.body);
        let condition_ends = ends(&repeat.cond);
        self.names.enter();
        let by_tensor = match has_let(&repeat.cond) {
            true => {
                self.condition(&mut repeat.cond);
                false
            }
            false => self.expr(&mut repeat.cond),
        };
        let kind = if by_tensor { LoopKind::While } else { LoopKind::Host };
        let scope = self.loop_body(kind, None, repeat.label.as_ref(), &changes, &mut repeat.body);
        self.names.leave();
        if !by_tensor {
            set_label(&mut repeat.label, &scope);
            return false;
        }
        self.copy_condition(&mut repeat.cond);
        let driver = self.introduce("repeat");
        let condition = only_host(scope.only_host, condition_ends, repeat.cond.to_token_stream());
        let create = runtime_call("repeat", condition_ends.0, condition_ends, &TokenStream::new());
        let (places, label) = (places(&scope.variables), label(&scope));
        let ExprWhile { attrs, body, .. } = repeat;
        let held = introduced("condition");
        let test = phrase("test", &quote!(#driver, #held #places));
        let enter = phrase("enter", &quote!(#driver #places));
        *expr = Expr::Verbatim(quote! {{
            let mut #driver = #create;
            #(#attrs)*
            #label while {
                #enter
                let #held = #condition;
                #test
            } #body
            #driver.finish();
        }});
        false
    }

    pub(super) fn for_expr(&mut self, expr: &mut Expr) -> Tainted {
        let Expr::ForLoop(repeat) = expr else { return false };
        let mut changes = Changes::default();
        changes.block(&repeat.body);
        let rolled = rolled_span(&repeat.expr);
        let over = repeat.expr.clone();
        self.bounds(&mut repeat.expr);
        let items = self.expr(&mut repeat.expr) || rolled.is_some();
        self.names.enter();
        let kind = rolled.map_or(LoopKind::Host, LoopKind::Rolled);
        // Only variables outside of the pattern count.
        let scope = Loop {
            label: repeat.label.as_ref().map(|l| l.name.clone()),
            endless: None,
            kind,
            variables: self.variables(&changes),
            declared: self.names.len(),
            only_host: None,
        };
        match rolled {
            Some(_) => {
                let before = self.names.len();
                self.names.bind(&repeat.pat, true, Access::Read);
                self.names.are_tensors_since(before);
            }
            None => {
                self.over_tensor(&over);
                self.bind_items(&repeat.pat, &over, items);
            }
        }
        let scope = self.in_loop(scope, &mut repeat.body);
        self.names.leave();
        if rolled.is_none() {
            set_label(&mut repeat.label, &scope);
            return false;
        }
        respan(&mut repeat.expr);
        let driver = self.introduce("steps");
        let (places, label) = (places(&scope.variables), label(&scope));
        let ExprForLoop { attrs, pat, expr: over, body, .. } = repeat;
        let statements = &body.stmts;
        // The trace records the place of `rolled`.
        let span = rolled.unwrap_or_else(Span::call_site);
        let mut arguments = Group::new(Delimiter::Parenthesis, quote_spanned!(span=> #driver.turn() #places));
        arguments.set_span(span);
        let turn = quote_spanned!(span=> ::gomlx::__rt::on! #arguments);
        *expr = Expr::Verbatim(quote! {{
            let mut #driver = #over;
            #(#attrs)*
            #label while #turn {
                let #pat = #driver.item();
                #(#statements)*
            }
        }});
        false
    }

    /// Reports a host loop over values that only the graph knows.
    fn over_tensor(&mut self, over: &Expr) {
        let mut adapted = over;
        while let Expr::MethodCall(call) = adapted {
            adapted = &call.receiver;
        }
        if rolled_span(adapted).is_some() {
            let message = "`rolled` stands in a `for` by itself, for an iterator over it is unrolled: `for (i, row) in rolled((0..N, x))` counts, and goes over several tensors together";
            self.errors.at(over, message);
        }
        let iterated = match over {
            Expr::MethodCall(call) if call.method == "iter" || call.method == "iter_mut" || call.method == "into_iter" => &call.receiver,
            over => over,
        };
        let bound = match bare(over) {
            Expr::Range(range) => [&range.start, &range.end].into_iter().flatten().any(|bound| self.is_tensor(bound)),
            _ => false,
        };
        if bound {
            self.errors
                .at(over, "the bounds of a loop that is unrolled are numbers of the host: a loop of the graph is `for i in rolled(..)`");
        } else if self.is_tensor(iterated) {
            let message = "a tensor is no iterator: `for row in rolled(&x)` is a loop of the graph over its first axis, `for i in 0..x.dim(0)` unrolls one over `x.at(i)`";
            self.errors.at(over, message);
        }
    }

    /// `rolled(0..n)`, with bounds of two possible types: numbers and tensors.
    fn bounds(&mut self, over: &mut Expr) {
        if rolled_span(over).is_none() {
            return;
        }
        let Expr::Call(call) = over else { return };
        if call.args.len() != 1 {
            return;
        }
        let Some(Expr::Range(range)) = call.args.first() else { return };
        let (Some(start), Some(end)) = (&range.start, &range.end) else { return };
        let mentioned = self.names.mentioned(quote!(#start #end));
        if !mentioned {
            return;
        }
        let mut bounds = vec![(**start).clone(), (**end).clone()];
        for bound in &mut bounds {
            let tainted = self.names.mentioned(bound.to_token_stream());
            self.borrow_operand(bound, tainted);
        }
        let function = match range.limits {
            syn::RangeLimits::HalfOpen(_) => "between",
            syn::RangeLimits::Closed(_) => "through",
        };
        let (first, last) = ends(&Expr::Range(range.clone()));
        let (start, end) = (&bounds[0], &bounds[1]);
        let bounds = runtime_call(function, first, (first, last), &quote!(#start, #end));
        call.args = std::iter::once(bounds).collect();
    }

    /// A loop's condition that is a place is copied, since the body may assign the place.
    fn copy_condition(&self, condition: &mut Expr) {
        if is_place(condition) {
            let borrowed = borrow(condition);
            let span = condition.span();
            let clone = quote_spanned!(span=> ::core::clone::Clone::clone);
            *condition = Expr::Verbatim(quote!(#clone(#borrowed)));
        }
    }

    pub(super) fn loop_expr(&mut self, expr: &mut Expr) -> Tainted {
        let Expr::Loop(repeat) = expr else { return false };
        let endless = self.endless;
        self.endless += 1;
        // A `loop` that a tensor certainly ends is a `while` on true.
        if self.graph_loops.contains(&endless) {
            let syn::ExprLoop { attrs, label, loop_token, body } = repeat.clone();
            let span = loop_token.span;
            if let Some(leave) = first_return(&body) {
                self.leaves_endless(leave, span);
            }
            let cond = syn::parse2(quote_spanned!(span=> ::gomlx::Tensor::<bool>::scalar(true)));
            let cond = Box::new(cond.unwrap_or_else(|_| syn::parse_quote!(true)));
            *expr = Expr::While(ExprWhile { attrs, label, while_token: syn::token::While { span }, cond, body });
            return self.while_expr(expr);
        }
        let scope = self.loop_body(LoopKind::Host, Some(endless), repeat.label.as_ref(), &Changes::default(), &mut repeat.body);
        set_label(&mut repeat.label, &scope);
        // The value of a `loop` comes from its `break`s, which may hold anything.
        self.names.mentioned(quote!(#repeat))
    }

    fn loop_body(
        &mut self,
        kind: LoopKind,
        endless: Option<usize>,
        label: Option<&syn::Label>,
        changes: &Changes,
        body: &mut Block,
    ) -> Loop {
        let scope = Loop {
            label: label.map(|l| l.name.clone()),
            endless,
            kind,
            variables: self.variables(changes),
            declared: self.names.len(),
            only_host: None,
        };
        self.in_loop(scope, body)
    }

    fn in_loop(&mut self, scope: Loop, body: &mut Block) -> Loop {
        self.scopes.push(Scope::Loop(scope));
        self.block(body);
        let Some(Scope::Loop(scope)) = self.scopes.pop() else { unreachable!("scopes are left in the order they are entered") };
        scope
    }

    /// Rewrites an expression whose value is moved. If both branches are traced, either may move the same outer value,
    /// so it is cloned there.
    pub(super) fn moved(&mut self, expr: &mut Expr) -> Tainted {
        let tainted = self.expr(expr);
        let Expr::Path(path) = &*expr else { return tainted };
        let Some(name) = path.path.get_ident().filter(|_| tainted) else { return tainted };
        let Some(known) = self.names.find(&name.to_string()) else { return tainted };
        match known.access {
            Access::Read | Access::Own => {}
            Access::Shared if !known.reference => {}
            Access::Shared | Access::Through | Access::Once => return tainted,
        }
        let text = name.to_string();
        let drivers: Vec<&Ident> = (self.scopes.iter().rev())
            .filter_map(|scope| match scope {
                Scope::Branch(branch) if !self.names.is_declared_since(&text, branch.declared) => Some(&branch.driver),
                _ => None,
            })
            .collect();
        if !drivers.is_empty() {
            let span = name.span();
            *expr = Expr::Verbatim(quote_spanned!(span=> ::gomlx::__rt::take!(#name, #(#drivers),*)));
        }
        tainted
    }
}

/// The construct that runs the branches of `value`.
pub(super) fn driven(branches: &Branches, scope: &Branch, create: &TokenStream, value: &TokenStream, span: Span) -> Expr {
    let Branches { driver, label, late, .. } = branches;
    let places = scope.places();
    let enter = phrase("enter", &quote!(#driver #places));
    // rustc reports a mistake in the value where the first branch gives it.
    let given = introduced("value");
    let mut arguments = Group::new(Delimiter::Parenthesis, quote!(#label, #driver, #given #places));
    arguments.set_span(span);
    let leave = quote_spanned!(span=> ::gomlx::__rt::leave! #arguments;);
    let visit = quote! {
        #label: loop {
            #enter
            let #given = #value;
            #leave
        }
    };
    let visit = scope.with_places(visit);
    if late.is_empty() {
        return Expr::Verbatim(quote!({ let mut #driver = #create; #visit }));
    }
    let given: Vec<Ident> = late.iter().map(|name| Ident::new(&name.to_string(), Span::mixed_site())).collect();
    let mut name = String::from("value");
    while late.iter().any(|l| *l == name) {
        name.push('_');
    }
    let value = introduced(&name);
    Expr::Verbatim(quote! {{
        let mut #driver = #create;
        let (#(#given,)* #value) = #visit;
        #(#late = #given;)*
        #value
    }})
}

/// `::gomlx::__rt::name!(..);`
fn phrase(name: &str, arguments: &TokenStream) -> TokenStream {
    let name = Ident::new(name, Span::call_site());
    let call = quote!(::gomlx::__rt::#name!(#arguments));
    if name == "enter" { quote!(#call;) } else { call }
}

/// A condition that must be a host `bool`, with the reason.
fn only_host(reason: Option<OnlyHost>, ends: (Span, Span), condition: TokenStream) -> TokenStream {
    match reason {
        None => condition,
        Some(OnlyHost { function, span }) => {
            let function = Ident::new(function, span);
            let path = quote_spanned!(span=> ::gomlx::__rt::#function);
            let mut arguments = Group::new(Delimiter::Parenthesis, condition);
            arguments.set_span(ends.1);
            quote!(#path #arguments)
        }
    }
}

/// The place where a branch gives its value.
pub(super) fn value_span(block: &Block) -> Span {
    match block.stmts.last() {
        Some(Stmt::Expr(value, None)) => value.span(),
        _ => block.span(),
    }
}

/// An expression as a block.
pub(super) fn block_of(expr: Expr) -> Block {
    match expr {
        Expr::Block(block) if block.label.is_none() && block.attrs.is_empty() => block.block,
        other => Block { brace_token: syn::token::Brace(other.span()), stmts: vec![Stmt::Expr(other, None)] },
    }
}

/// The place of `rolled`, if an expression is a call of it.
fn rolled_span(expr: &Expr) -> Option<Span> {
    let Expr::Call(call) = expr else { return None };
    let Expr::Path(path) = &*call.func else { return None };
    path.path.segments.last().filter(|s| s.ident == "rolled").map(|s| s.ident.span())
}

/// Gives a call the place of its only argument, so that rustc reports a mistake there once.
fn respan(call: &mut Expr) {
    let Expr::Call(call) = call else { return };
    let Some((first, last)) = call.args.first().map(ends) else { return };
    if let Expr::Path(path) = &mut *call.func
        && let Some(name) = path.path.segments.first_mut().filter(|_| call.args.len() == 1)
    {
        name.ident.set_span(first);
        let mut parentheses = Group::new(Delimiter::Parenthesis, TokenStream::new());
        parentheses.set_span(last);
        call.paren_token = syn::token::Paren { span: parentheses.delim_span() };
    }
}

fn set_label(label: &mut Option<syn::Label>, scope: &Loop) {
    if let (None, Some(name)) = (&label, &scope.label) {
        *label = Some(syn::Label { name: name.clone(), colon_token: Default::default() });
    }
}

fn label(scope: &Loop) -> Option<TokenStream> {
    scope.label.as_ref().map(|name| quote!(#name:))
}
