// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The traced body of a graph function: the user's body, rewritten, with the symbols in scope.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{FnArg, Ident, Pat};

use super::function::signature_lints;
use super::names::introduced;
use super::rewrite::{self, Context};
use super::taint::Access;
use crate::ast::{Errors, Graph, Param, Passing, Scope, Siblings, holds_tensor, is_tensor};

/// The function that the trace runs.
pub(super) fn body(graph: &Graph, scope: &Scope, siblings: &Siblings, errors: &mut Errors) -> TokenStream {
    let Graph { attrs, cfg, signature, symbols, .. } = graph;
    let lints = attrs.iter().filter(|a| ["allow", "warn", "deny", "forbid", "expect"].iter().any(|lint| a.path().is_ident(lint)));
    let name = graph.name();
    let (generics, _, where_clause) = graph.generics().split_for_impl();
    let body = &siblings.body;
    let output = &signature.output;
    let mut inputs = signature.inputs.clone();
    let sizes = introduced("symbols");
    if !symbols.is_empty() {
        inputs.push(syn::parse_quote!(#sizes: &[usize]));
    }
    let parameters = graph.params.iter().map(|p| (&p.name, is_tainted(p), access(graph, p))).collect();
    let host_fields = scope.fields.iter().filter(|f| holds_tensor(&f.ty) == Some(false)).map(|f| &f.name).collect();
    let tensors = graph.params.iter().filter(|p| p.ty.as_ref().is_some_and(is_tensor)).map(|p| &p.name).collect();
    let tensor_fields = scope.fields.iter().filter(|f| is_tensor(&f.ty)).map(|f| &f.name).collect();
    let read_only =
        graph.params.iter().filter(|p| p.passing == Passing::In && !p.is_receiver() && !is_mutable(graph, p)).map(|p| &p.name).collect();
    let context = Context { parameters, tensors, host_fields, tensor_fields, inputs: read_only, fallible: graph.output.fallible };
    let mut block = graph.block.clone();
    let returns = rewrite::rewrite(&mut block, &context, errors);
    let bindings = symbols.iter().enumerate().map(|(i, symbol)| {
        let index = syn::Index::from(i);
        quote_spanned!(symbol.span()=> ::gomlx::__rt::symbol!(#name, #symbol = #sizes[#index]);)
    });
    let statements = &block.stmts;
    let statements = match returns {
        true => with_returns(graph, &context, &quote!(#(#statements)*)),
        false => quote!(#(#statements)*),
    };
    let lifetimes = (!symbols.is_empty()).then(|| quote!(#(#bindings)*));
    // The user's own braces stay, since rustc would call a second pair unused.
    let mut block = TokenStream::new();
    graph.block.brace_token.surround(&mut block, |tokens| tokens.extend(quote!(#lifetimes #statements)));
    let of_signature = graph.is_method.then(signature_lints);
    // The user cannot remove the borrows of operands that the rewriting adds.
    quote! {
        #(#cfg)*
        #(#lints)*
        #[allow(clippy::needless_borrows_for_generic_args, clippy::op_ref, clippy::redundant_closure_call)]
        #of_signature
        fn #body #generics(#inputs) #output #where_clause #block
    }
}

fn is_tainted(param: &Param) -> bool {
    param.passing.is_tensor() && param.ty.as_ref().and_then(holds_tensor).unwrap_or(true)
}

/// A body that may return early under a tensor condition becomes a closure, so that its results can be merged.
fn with_returns(graph: &Graph, context: &Context<'_>, statements: &TokenStream) -> TokenStream {
    let through: Vec<&Ident> = context.parameters.iter().filter(|p| p.2 == Access::Through).map(|p| p.0).collect();
    let names = through.iter().map(|name| name.to_string());
    let (returns, result) = (introduced("returns"), introduced("result"));
    let output = match &graph.signature.output {
        syn::ReturnType::Default => quote!(-> ()),
        written => quote!(#written),
    };
    let end = match graph.output.fallible {
        true => quote! {
            let #result = #result?;
            ::core::result::Result::Ok(::gomlx::__rt::on!(#returns.end(#result)[#(*#through),*]))
        },
        false => quote!(::gomlx::__rt::on!(#returns.end(#result)[#(*#through),*])),
    };
    // A function without a result ends in a statement.
    let semicolon = matches!(graph.signature.output, syn::ReturnType::Default).then(|| quote!(;));
    quote! {
        let #returns = ::gomlx::__rt::returns(&[#(#names),*]);
        let #result = (|| #output { #statements })();
        #end #semicolon
    }
}

/// Whether a parameter is written with `mut`.
fn is_mutable(graph: &Graph, param: &Param) -> bool {
    graph.signature.inputs.iter().any(|input| match input {
        FnArg::Receiver(receiver) => param.is_receiver() && receiver.mutability.is_some(),
        FnArg::Typed(typed) => matches!(&*typed.pat, Pat::Ident(pat) if pat.ident == param.name && pat.mutability.is_some()),
    })
}

/// The accesses that the body may make to a parameter.
fn access(graph: &Graph, param: &Param) -> Access {
    let mutable = is_mutable(graph, param);
    match param.passing {
        Passing::State => Access::Through,
        Passing::In => Access::Shared,
        Passing::Donated | Passing::ByValue | Passing::Fixed | Passing::FixedFloat if mutable => Access::Own,
        Passing::Donated | Passing::ByValue | Passing::Fixed | Passing::FixedFloat => Access::Read,
    }
}
