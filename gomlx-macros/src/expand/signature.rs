// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! The signature of a graph function as data of the runtime.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{GenericParam, Ident};

use super::function::introduced;
use crate::ast::{DimExpr, DimPattern, Graph};

/// `Signature { .. }` of the runtime.
pub(super) fn signature(graph: &Graph) -> TokenStream {
    let name = graph.name();
    let symbols = graph.symbols.iter().map(Ident::to_string);
    let instance = instance(graph);
    let params = graph.params.iter().map(|param| {
        let name = param.name.to_string();
        let name = name.trim_start_matches("r#");
        let dims = pattern(graph, &param.dims);
        quote!(::gomlx::__rt::Param { name: #name, dims: #dims })
    });
    let result = pattern(graph, &graph.output.dims);
    let place = quote_spanned!(graph.output.span=> (::core::file!(), ::core::line!(), ::core::column!()));
    quote! {
        ::gomlx::__rt::Signature {
            name: #name,
            instance: #instance,
            symbols: &[#(#symbols),*],
            params: &[#(#params),*],
            result: #result,
            place: #place,
        }
    }
}

/// `Pattern::..` of the runtime.
fn pattern(graph: &Graph, dims: &DimPattern) -> TokenStream {
    match dims {
        DimPattern::Any => quote!(::gomlx::__rt::Pattern::Any),
        DimPattern::Dims(tensor) => {
            let dims = tensor.dims.iter().map(|d| dim_signature(graph, d));
            quote!(::gomlx::__rt::Pattern::Dims(&[#(#dims),*]))
        }
        DimPattern::Each(inner) => {
            let inner = pattern(graph, inner);
            quote!(::gomlx::__rt::Pattern::Each(&#inner))
        }
        DimPattern::Parts(parts) => {
            let parts = parts.iter().map(|p| pattern(graph, p));
            quote!(::gomlx::__rt::Pattern::Parts(&[#(#parts),*]))
        }
    }
}

fn dim_signature(graph: &Graph, dim: &DimExpr) -> TokenStream {
    let mut symbolic = false;
    dim.names(&mut |name| symbolic |= graph.symbols.contains(name));
    if !symbolic {
        let value = dim.value(&|name| quote!(#name));
        return quote!(::gomlx::__rt::DimSig::Known(#value));
    }
    if let DimExpr::Name(name) = dim {
        let index = symbol_index(graph, name);
        return quote!(::gomlx::__rt::DimSig::Symbol(#index));
    }
    let sizes = introduced("symbols");
    let (value, text) = (dim_value(graph, dim, &sizes), dim.text());
    quote!(::gomlx::__rt::DimSig::Expr(&|#sizes: &[usize]| #value, #text))
}

/// The size of a dim, given the values of the symbols.
fn dim_value(graph: &Graph, dim: &DimExpr, sizes: &Ident) -> TokenStream {
    dim.value(&|name| match graph.symbols.contains(name) {
        true => {
            let index = symbol_index(graph, name);
            quote!(#sizes[#index])
        }
        false => quote!(#name),
    })
}

fn symbol_index(graph: &Graph, name: &Ident) -> syn::Index {
    graph.symbols.iter().position(|s| s == name).expect("a dim's names are symbols or constants").into()
}

/// The type that tells the instances of a generic function apart, for they share its memo.
fn instance(graph: &Graph) -> TokenStream {
    let mut parts = vec![];
    if graph.is_method {
        parts.push(quote!(Self));
    }
    parts.extend(graph.generics().params.iter().filter_map(|p| match p {
        GenericParam::Type(p) => {
            let name = &p.ident;
            Some(quote!(#name))
        }
        GenericParam::Const(p) => {
            let name = &p.ident;
            Some(quote!([(); #name]))
        }
        GenericParam::Lifetime(_) => None,
    }));
    quote!(::core::any::TypeId::of::<(#(#parts,)*)>())
}
