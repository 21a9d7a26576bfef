// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A model: a plain struct, `init`, `Tree`, and its functions as graph functions.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::function;
use crate::ast::{Errors, Field, Model};

/// The items of a model; to be dropped if there are mistakes.
pub(crate) fn expand(model: &Model, texts: &[String], errors: &mut Errors) -> TokenStream {
    let functions: Vec<TokenStream> = model.graphs.iter().zip(texts).map(|(g, text)| function::expand(g, &model.scope, text, errors)).collect();
    let init = init(model);
    items(model, &quote!(#init #(#functions)*))
}

/// The struct, `Tree`, and an `impl` block of functions.
pub(crate) fn items(model: &Model, functions: &TokenStream) -> TokenStream {
    let Model { attrs, vis, name, scope, .. } = model;
    let constants = &scope.constants;
    let generics = (!constants.is_empty()).then(|| quote!(<#(const #constants: usize),*>));
    let arguments = (!constants.is_empty()).then(|| quote!(<#(#constants),*>));
    let fields = scope.fields.iter().map(|field| {
        let Field { attrs, vis, name, ty, .. } = field;
        quote!(#(#attrs)* #vis #name: #ty)
    });
    let tree = tree(&scope.fields);
    quote! {
        #(#attrs)*
        #[derive(Clone, Debug)]
        #vis struct #name #generics {
            #(#fields,)*
        }

        impl #generics #name #arguments {
            #functions
        }

        impl #generics ::gomlx::Tree for #name #arguments {
            #tree
        }
    }
}

fn init(model: &Model) -> TokenStream {
    let Model { vis, scope, .. } = model;
    let values = scope.fields.iter().map(|field| {
        let Field { name, ty, tensor, initial, .. } = field;
        match (tensor, initial) {
            (Some(tensor), Some(initial)) => {
                let element = &tensor.element;
                let dims = tensor.dims.iter().map(|d| d.value(&|name| quote!(#name)));
                quote!(#name: ::gomlx::nn::init::Initializer::init::<#element>(&#initial, &[#(#dims),*], rng))
            }
            (_, Some(initial)) => quote!(#name: #initial),
            (_, None) => quote!(#name: <#ty>::init(rng)),
        }
    });
    let about = format!(" A new `{}`, each variable as its initialiser makes it.", model.name);
    quote! {
        #[doc = #about]
        #[allow(unused_variables, dead_code)]
        #vis fn init(rng: &mut ::gomlx::Rng) -> Self {
            #[allow(unused_imports)]
            use ::gomlx::nn::init::*;
            Self { #(#values,)* }
        }
    }
}

fn tree(fields: &[Field]) -> TokenStream {
    let names: Vec<&Ident> = fields.iter().map(|f| &f.name).collect();
    let keys: Vec<String> = names.iter().map(|n| n.to_string().trim_start_matches("r#").to_owned()).collect();
    let roles: Vec<TokenStream> =
        (fields.iter()).map(|f| if f.state { quote!(::gomlx::tree::Role::State) } else { quote!(role) }).collect();
    quote! {
        #[allow(unused_variables)]
        fn visit(&self, role: ::gomlx::tree::Role, visitor: &mut dyn ::gomlx::tree::Visit) {
            #(::gomlx::__rt::tree::visit_field(visitor, #keys, #roles, &self.#names);)*
        }

        #[allow(unused_variables)]
        fn visit_mut(&mut self, role: ::gomlx::tree::Role, visitor: &mut dyn ::gomlx::tree::VisitMut) {
            #(::gomlx::__rt::tree::visit_field_mut(visitor, #keys, #roles, &mut self.#names);)*
        }

        #[allow(unused_variables)]
        fn map(&self, role: ::gomlx::tree::Role, mapper: &mut dyn ::gomlx::tree::MapLeaves) -> Self {
            Self { #(#names: ::gomlx::__rt::tree::map_field(mapper, #keys, #roles, &self.#names),)* }
        }
    }
}
