// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A graph function: the function that users call, and its siblings `try_call`, `lower`, `memo`, `STABLEHLO` and the
//! traced body.
//!
//! The siblings of a free function `f` are items of `struct f {}`, which is in another namespace than `fn f`. The
//! siblings of a method are methods with its name in theirs. The traced body is not `#[track_caller]`, so the ops that
//! it records have the lines of the user's code.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{FnArg, GenericParam, Ident, Pat};

use super::body;
use super::names::introduced;
use super::signature::{SignatureText, instance};
use crate::ast::{Errors, Graph, Param, Passing, Scope, Siblings};

/// The items that replace a graph function, to be dropped if there are mistakes.
pub(crate) fn expand(graph: &Graph, scope: &Scope, text: &str, errors: &mut Errors) -> TokenStream {
    let siblings = Siblings::of(graph);
    let (function, items) = (public(graph), beside(graph, scope, text, errors));
    if graph.is_method {
        return quote!(#function #items);
    }
    let Graph { vis, cfg, .. } = graph;
    let owner = &siblings.owner;
    let lints = signature_lints();
    let about = format!(" The graph of [`{0}`](fn@{0}): its StableHLO, and ways to call and see it.", graph.signature.ident);
    quote! {
        #function

        #(#cfg)*
        #[doc = #about]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #owner {}

        #(#cfg)*
        #lints
        impl #owner {
            #items
        }
    }
}

/// The function as the user calls it.
pub(crate) fn public(graph: &Graph) -> TokenStream {
    let siblings = &Siblings::of(graph);
    let Graph { attrs, cfg, vis, signature, output, .. } = graph;
    // `#[expect]` is for a lint of the body, which a function that only calls it does not cause.
    let attrs = attrs.iter().filter(|a| !a.path().is_ident("expect"));
    let signature = without_mut(signature);
    let call = sibling_call(graph, siblings, &siblings.try_call);
    let body = if output.fallible { call } else { quote!(::gomlx::__rt::unwrap(#call)) };
    // Clippy would have a slice instead of `&Vec`, which a graph function does not take.
    quote! {
        #(#attrs)*
        #(#cfg)*
        #[allow(clippy::ptr_arg)]
        #[track_caller]
        #vis #signature { #body }
    }
}

/// `f::name::<T>(x, w)`.
fn sibling_call(graph: &Graph, siblings: &Siblings, name: &Ident) -> TokenStream {
    let owner = &siblings.owner;
    let generics = turbofish(graph);
    let names = graph.params.iter().map(|p| &p.name);
    quote!(#owner::#name #generics(#(#names),*))
}

/// The items beside a graph function, to be dropped if there are mistakes.
pub(crate) fn beside(graph: &Graph, scope: &Scope, text: &str, errors: &mut Errors) -> TokenStream {
    let siblings = &Siblings::of(graph);
    let Graph { cfg, vis, output, .. } = graph;
    let Siblings { owner, try_call, lower, memo, .. } = siblings;
    let name = &graph.signature.ident;
    let (generics, _, where_clause) = graph.generics().split_for_impl();
    let inputs = &without_mut(&graph.signature).inputs;
    let value = &output.value;
    let SignatureText { text: signature, constants } = SignatureText::of(graph);
    let instance = instance(graph);
    // Errors of the result show where its type is written.
    let memo_of = quote_spanned!(output.span=> MEMO.memo());
    let arguments = graph.params.iter().map(argument).collect::<Vec<_>>();
    let trace = trace(graph, siblings);
    let body = body::body(graph, scope, siblings, errors);
    let call = sibling_call(graph, siblings, try_call);
    let about_try = format!(
        " Calls `{name}` and gives mistakes as errors.\n\n # Errors\n If an argument does not match the signature, the graph is wrong, or the \
         backend fails."
    );
    let about_lower = format!(
        " The graph of `{name}` for these arguments, which it does not run.\n\n # Errors\n If an argument does not match the signature or the \
         graph is wrong."
    );
    let about_memo = format!(" What was compiled for `{name}` so far.");
    let preview = preview(graph, siblings, text);
    // The lints that a user's signature or an unused function would cause. For a free function they stand once.
    let lints = graph.is_method.then(signature_lints);
    quote! {
        #preview

        #(#cfg)*
        #[doc = #about_try]
        #[track_caller]
        #lints
        #vis fn #try_call #generics(#inputs) -> ::gomlx::Result<#value> #where_clause {
            ::gomlx::__rt::invoke(#owner::#memo(), #instance, &[#(#constants),*], (#(#arguments,)*), #trace)
        }

        #(#cfg)*
        #[doc = #about_lower]
        #[track_caller]
        #lints
        #vis fn #lower #generics(#inputs) -> ::gomlx::Result<::gomlx::Lowered> #where_clause {
            ::gomlx::__rt::lowered(::gomlx::__rt::lowering(), #call)
        }

        #(#cfg)*
        #[doc = #about_memo]
        #lints
        #vis fn #memo() -> &'static ::gomlx::Memo {
            static MEMO: ::gomlx::__rt::MemoCell = ::gomlx::__rt::MemoCell::of(#signature);
            #memo_of
        }

        #body
    }
}

/// The lints that do not apply to the items beside a graph function: their signatures are the user's, and they may be
/// unused.
pub(super) fn signature_lints() -> TokenStream {
    quote!(#[allow(dead_code, clippy::ptr_arg, clippy::too_many_arguments, clippy::type_complexity)])
}

/// A constant with the StableHLO text, which its documentation shows too.
fn preview(graph: &Graph, siblings: &Siblings, text: &str) -> TokenStream {
    let Graph { cfg, vis, signature, .. } = graph;
    let name = &siblings.stablehlo;
    let about = format!(" The StableHLO of `{}`, as far as its signature fixes it.", signature.ident);
    // A raw literal keeps the text readable in the expansion.
    let mut hashes = "##".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    let raw = |text: &str| literal(&format!("r{hashes}\"{text}\"{hashes}"));
    // One attribute for all lines. An attribute for each would be six tokens a line, more than the rest of the
    // expansion.
    let lints = graph.is_method.then(|| quote!(#[allow(dead_code)]));
    let (shown, literal) = (raw(&format!("\n```mlir\n{text}```\n")), raw(text));
    quote! {
        #(#cfg)*
        #[doc = #about]
        #[doc = #shown]
        #lints
        #vis const #name: &'static str = #literal;
    }
}

/// A literal from its text. rustc parses kilobytes of it in a fraction of the time that a debug build of proc-macro2
/// takes.
fn literal(written: &str) -> TokenStream {
    if proc_macro::is_available() {
        let literal: proc_macro::Literal = written.parse().expect("a raw literal whose end is not in its text");
        return proc_macro::TokenStream::from(proc_macro::TokenTree::from(literal)).into();
    }
    let literal: Literal = written.parse().expect("a raw literal whose end is not in its text");
    literal.into_token_stream()
}

/// An argument, wrapped by the way it is passed.
fn argument(param: &Param) -> TokenStream {
    let name = &param.name;
    match param.passing {
        Passing::In => quote!(::gomlx::__rt::input(#name)),
        Passing::Donated => quote!(::gomlx::__rt::donated(#name)),
        Passing::ByValue => {
            let ty = &param.ty;
            quote!({
                use ::gomlx::__rt::{DonateTree as _, FixHost as _};
                (&::gomlx::__rt::ByValue::<#ty>::of()).argument(#name)
            })
        }
        Passing::State => quote!(::gomlx::__rt::state(#name)),
        Passing::Fixed => quote!(::gomlx::__rt::Fixed(#name)),
        Passing::FixedFloat => quote!(::gomlx::__rt::Fixed(::gomlx::__rt::Float(#name))),
    }
}

/// The closure that runs the body on traced arguments.
fn trace(graph: &Graph, siblings: &Siblings) -> TokenStream {
    let Graph { params, symbols, output, .. } = graph;
    let Siblings { owner, body, .. } = siblings;
    let sizes = introduced("symbols");
    let names: Vec<Ident> = params.iter().map(|p| if p.is_receiver() { introduced("this") } else { p.name.clone() }).collect();
    let mut arguments: Vec<TokenStream> = (params.iter().zip(&names))
        .map(|(p, name)| if p.passing == Passing::FixedFloat { quote!(#name.0) } else { quote!(#name) })
        .collect();
    if !symbols.is_empty() {
        arguments.push(quote!(#sizes));
    }
    let generics = turbofish(graph);
    let call = quote!(#owner::#body #generics(#(#arguments),*));
    let sizes = if symbols.is_empty() { quote!(_) } else { quote!(#sizes) };
    match output.fallible {
        true => quote!(|(#(#names,)*), #sizes| #call),
        false => quote!(|(#(#names,)*), #sizes| ::core::result::Result::Ok(#call)),
    }
}

/// `::<T, N>`; nothing for a function without type parameters.
fn turbofish(graph: &Graph) -> Option<TokenStream> {
    let params = graph.generics().params.iter().filter_map(|p| match p {
        GenericParam::Type(p) => Some(p.ident.to_token_stream()),
        GenericParam::Const(p) => Some(p.ident.to_token_stream()),
        GenericParam::Lifetime(_) => None,
    });
    let names: Vec<TokenStream> = params.collect();
    if names.is_empty() {
        return None;
    }
    Some(quote!(::<#(#names),*>))
}

/// The signature without `mut` before its parameters, since only the traced body assigns them.
fn without_mut(signature: &syn::Signature) -> syn::Signature {
    let mut signature = signature.clone();
    for arg in &mut signature.inputs {
        match arg {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(arg) => {
                if let Pat::Ident(pat) = &mut *arg.pat {
                    pat.mutability = None;
                }
            }
        }
    }
    signature
}
