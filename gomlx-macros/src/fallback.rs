// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The output for code with mistakes: its signatures with bodies that never run, so that uses of the code cause no
//! further errors.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::{Errors, Graph, Model, Siblings};
use crate::expand;

/// A model with mistakes: the struct, and its functions without bodies.
pub(crate) fn model(model: &Model, errors: Errors) -> TokenStream {
    let functions = model.graphs.iter().filter(|g| g.signature.ident != "init").map(graph_items);
    let vis = &model.vis;
    let init = model.variants.is_none().then(|| {
        quote! {
            #[allow(unused, missing_docs)]
            #vis fn init(rng: &mut ::gomlx::Rng) -> Self { ::core::unimplemented!() }
        }
    });
    let items = expand::broken_model(model, &quote!(#init #(#functions)*));
    let errors = errors.into_tokens();
    quote!(#errors #items)
}

/// A graph function with mistakes.
pub(crate) fn graph(graph: &Graph, errors: Errors) -> TokenStream {
    let items = graph_items(graph);
    let errors = errors.into_tokens();
    quote!(#errors #items)
}

/// The items without the mistakes.
pub(crate) fn graph_items(graph: &Graph) -> TokenStream {
    let (function, siblings) = (public(graph), beside(graph));
    if graph.is_method {
        return quote!(#function #siblings);
    }
    let Graph { cfg, vis, .. } = graph;
    let Siblings { owner, .. } = &Siblings::of(graph);
    quote! {
        #function
        #(#cfg)*
        #[allow(non_camel_case_types, dead_code, missing_docs)]
        #vis struct #owner {}
        #(#cfg)*
        impl #owner { #siblings }
    }
}

/// The function as the user calls it.
pub(crate) fn public(graph: &Graph) -> TokenStream {
    let Graph { attrs, cfg, vis, signature, .. } = graph;
    let mut attrs = attrs.clone();
    attrs.retain(|a| !a.path().is_ident("must_use"));
    quote! {
        #(#attrs)*
        #(#cfg)*
        #[allow(unused, clippy::all)]
        #vis #signature { ::core::unimplemented!() }
    }
}

/// The siblings.
pub(crate) fn beside(graph: &Graph) -> TokenStream {
    let Graph { cfg, vis, signature, output, .. } = graph;
    let Siblings { try_call, lower, memo, stablehlo, .. } = &Siblings::of(graph);
    let (generics, _, where_clause) = signature.generics.split_for_impl();
    let (inputs, value) = (&signature.inputs, &output.value);
    quote! {
        #(#cfg)*
        #[allow(missing_docs)]
        #vis const #stablehlo: &'static str = "";
        #(#cfg)*
        #[allow(unused, missing_docs, clippy::all)]
        #vis fn #try_call #generics(#inputs) -> ::gomlx::Result<#value> #where_clause { ::core::unimplemented!() }
        #(#cfg)*
        #[allow(unused, missing_docs, clippy::all)]
        #vis fn #lower #generics(#inputs) -> ::gomlx::Result<::gomlx::Lowered> #where_clause { ::core::unimplemented!() }
        #(#cfg)*
        #[allow(unused, missing_docs, clippy::all)]
        #vis fn #memo() -> &'static ::gomlx::Memo { ::core::unimplemented!() }
    }
}
