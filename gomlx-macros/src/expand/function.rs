// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A graph function: the function that users call, and beside it `try_call`, `lower`, `memo`, `STABLEHLO` and the
//! traced body.
//!
//! Of a free function these hang on `struct f {}`, which lives in the type namespace beside `fn f`; of a method they
//! are its siblings, with the method's name in theirs. The traced body is not `#[track_caller]`, so that what it
//! records has the user's line.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{FnArg, GenericParam, Ident, Pat};

use super::body;
use super::signature::{Contract, instance};
use crate::ast::{Errors, Graph, Param, Passing, Scope};

/// What the functions beside a graph function are called.
pub(crate) struct Siblings {
    /// What they hang on: `f` or `Self`.
    pub(crate) owner: TokenStream,
    pub(crate) try_call: Ident,
    pub(crate) lower: Ident,
    pub(crate) memo: Ident,
    pub(crate) stablehlo: Ident,
    invoke: Ident,
    pub(super) body: Ident,
}

impl Siblings {
    pub(crate) fn of(graph: &Graph) -> Siblings {
        let name = &graph.signature.ident;
        let named = |text: String| Ident::new(&text, name.span());
        if graph.is_method {
            let name = name.to_string();
            let name = name.trim_start_matches("r#");
            Siblings {
                owner: quote!(Self),
                try_call: named(format!("try_{name}")),
                lower: named(format!("{name}_lower")),
                memo: named(format!("{name}_memo")),
                stablehlo: named(format!("{}_STABLEHLO", name.to_uppercase())),
                invoke: named(format!("__gomlx_{name}_invoke")),
                body: named(format!("__gomlx_{name}_body")),
            }
        } else {
            let owner = graph.handle.as_ref().unwrap_or(name);
            Siblings {
                owner: quote!(#owner),
                try_call: named("try_call".to_owned()),
                lower: named("lower".to_owned()),
                memo: named("memo".to_owned()),
                stablehlo: named("STABLEHLO".to_owned()),
                invoke: named("__gomlx_invoke".to_owned()),
                body: named("__gomlx_body".to_owned()),
            }
        }
    }
}

/// The items that stand in place of a graph function; to be dropped if there are mistakes.
pub(crate) fn expand(graph: &Graph, scope: &Scope, text: &str, errors: &mut Errors) -> TokenStream {
    let siblings = Siblings::of(graph);
    let (function, items) = (public(graph), beside(graph, scope, text, errors));
    if graph.is_method {
        return quote!(#function #items);
    }
    let Graph { vis, cfg, .. } = graph;
    let owner = &siblings.owner;
    let about = format!(" The graph of [`{0}`](fn@{0}): its StableHLO, and ways to call and see it.", graph.signature.ident);
    quote! {
        #function

        #(#cfg)*
        #[doc = #about]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #owner {}

        #(#cfg)*
        #[allow(dead_code)]
        impl #owner {
            #items
        }
    }
}

/// The function as the user calls it.
pub(super) fn public(graph: &Graph) -> TokenStream {
    let siblings = &Siblings::of(graph);
    let Graph { attrs, cfg, vis, signature, output, .. } = graph;
    // What is expected of a body is not found in a function that only calls.
    let attrs = attrs.iter().filter(|a| !a.path().is_ident("expect"));
    let signature = without_mut(signature);
    let call = sibling_call(graph, siblings, &siblings.try_call, None);
    let body = if output.fallible { call } else { quote!(::gomlx::__rt::unwrap(#call)) };
    // A slice instead of a `&Vec` is what a graph function does not take.
    quote! {
        #(#attrs)*
        #(#cfg)*
        #[allow(clippy::ptr_arg)]
        #[track_caller]
        #vis #signature { #body }
    }
}

/// `f::name::<T>(x, w)`, with one more argument where there is one.
fn sibling_call(graph: &Graph, siblings: &Siblings, name: &Ident, last: Option<TokenStream>) -> TokenStream {
    let owner = &siblings.owner;
    let generics = turbofish(graph);
    let names = graph.params.iter().map(|p| &p.name);
    let arguments = names.map(|name| quote!(#name)).chain(last);
    quote!(#owner::#name #generics(#(#arguments),*))
}

/// What stands beside it; to be dropped if there are mistakes.
pub(super) fn beside(graph: &Graph, scope: &Scope, text: &str, errors: &mut Errors) -> TokenStream {
    let siblings = &Siblings::of(graph);
    let Graph { cfg, vis, output, .. } = graph;
    let Siblings { owner, try_call, lower, memo, invoke, .. } = siblings;
    let name = &graph.signature.ident;
    let (generics, _, where_clause) = graph.generics().split_for_impl();
    let inputs = &without_mut(&graph.signature).inputs;
    let mode = introduced("mode");
    let mut with_mode = inputs.clone();
    with_mode.push(syn::parse_quote!(#mode: ::gomlx::__rt::Mode));
    let value = &output.value;
    let Contract { text: contract, constants } = Contract::of(graph);
    let instance = instance(graph);
    let memo_of = quote_spanned!(output.span=> ::gomlx::Memo::of(#contract));
    let arguments = graph.params.iter().map(argument).collect::<Vec<_>>();
    let trace = trace(graph, siblings);
    let body = body::body(graph, scope, siblings, errors);
    let call = sibling_call(graph, siblings, invoke, Some(quote!(::gomlx::__rt::Mode::Call)));
    let lowering = sibling_call(graph, siblings, invoke, Some(quote!(::gomlx::__rt::Mode::Lower)));
    let about_try = format!(" Calls `{name}` and gives mistakes as errors.");
    let about_lower = format!(" The graph of `{name}` for these arguments, which it does not run.");
    let about_memo = format!(" What was compiled for `{name}` so far.");
    let preview = preview(graph, siblings, text);
    quote! {
        #preview

        #(#cfg)*
        #[doc = #about_try]
        ///
        /// # Errors
        /// If an argument does not match the signature, the graph is wrong, or the backend fails.
        #[track_caller]
        #[allow(clippy::ptr_arg, clippy::too_many_arguments, clippy::type_complexity)]
        #vis fn #try_call #generics(#inputs) -> ::gomlx::Result<#value> #where_clause {
            #call.map(::gomlx::__rt::Outcome::value)
        }

        #(#cfg)*
        #[doc = #about_lower]
        ///
        /// # Errors
        /// If an argument does not match the signature or the graph is wrong.
        #[track_caller]
        #[allow(dead_code, clippy::ptr_arg, clippy::too_many_arguments)]
        #vis fn #lower #generics(#inputs) -> ::gomlx::Result<::gomlx::Lowered> #where_clause {
            #lowering.map(::gomlx::__rt::Outcome::graph)
        }

        #(#cfg)*
        #[doc = #about_memo]
        #[allow(dead_code)]
        #vis fn #memo() -> &'static ::gomlx::Memo {
            static MEMO: ::gomlx::Memo = #memo_of;
            &MEMO
        }

        #(#cfg)*
        #[track_caller]
        #[allow(clippy::ptr_arg, clippy::too_many_arguments, clippy::type_complexity)]
        fn #invoke #generics(#with_mode) -> ::gomlx::Result<::gomlx::__rt::Outcome<#value>> #where_clause {
            ::gomlx::__rt::invoke(#mode, #owner::#memo(), #instance, &[#(#constants),*], (#(#arguments,)*), #trace)
        }

        #body
    }
}

/// The StableHLO text as a constant, whose documentation shows it.
fn preview(graph: &Graph, siblings: &Siblings, text: &str) -> TokenStream {
    let Graph { cfg, vis, signature, .. } = graph;
    let name = &siblings.stablehlo;
    let about = format!(" The StableHLO of `{}`, as far as its signature fixes it.", signature.ident);
    // A raw literal keeps the text readable where the expansion is.
    let mut hashes = "##".to_owned();
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    let raw = |text: &str| literal(&format!("r{hashes}\"{text}\"{hashes}"));
    // One attribute for all lines: a line's own would be six tokens, more than the rest of the expansion has.
    let (shown, literal) = (raw(&format!("\n```mlir\n{text}```\n")), raw(text));
    quote! {
        #(#cfg)*
        #[doc = #about]
        #[doc = #shown]
        #[allow(dead_code)]
        #vis const #name: &'static str = #literal;
    }
}

/// A literal, given its tokens. rustc reads it in a fraction of the time that a debug build of proc-macro2 takes for kilobytes.
fn literal(written: &str) -> TokenStream {
    if proc_macro::is_available() {
        let literal: proc_macro::Literal = written.parse().expect("a raw literal whose end is not in its text");
        return proc_macro::TokenStream::from(proc_macro::TokenTree::from(literal)).into();
    }
    let literal: Literal = written.parse().expect("a raw literal whose end is not in its text");
    literal.into_token_stream()
}

/// An argument, wrapped by how it is passed.
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
    let names: Vec<&Ident> = (graph.generics().params.iter())
        .filter_map(|p| match p {
            GenericParam::Type(p) => Some(&p.ident),
            GenericParam::Const(p) => Some(&p.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    (!names.is_empty()).then(|| quote!(::<#(#names),*>))
}

/// The signature without `mut` before its parameters: only the traced body assigns them.
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

/// A local of the expansion, which the user's code cannot meet.
pub(super) fn introduced(name: &str) -> Ident {
    format_ident!("{name}", span = Span::mixed_site())
}
