// Copyright 2026 The gomlx authors. SPDX-License-Identifier: Apache-2.0

//! A model: a plain struct or enum, `init`, `Tree`, and its functions as graph functions.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, Ident, Type};

use super::function;
use super::tree::{self, Part, Shape};
use crate::ast::{Errors, Field, Model, ModelParam, Variant};

/// The items of a model. The caller drops them if there are mistakes.
pub(crate) fn expand(model: &Model, texts: &[String], errors: &mut Errors) -> TokenStream {
    let functions: Vec<TokenStream> =
        model.graphs.iter().zip(texts).map(|(g, text)| function::expand(g, &model.scope, text, errors)).collect();
    // An enum has no `init`: its maker chooses the variant.
    let init = model.variants.is_none().then(|| init(model));
    let tree = match &model.variants {
        None => tree::of_struct(&Shape { parts: model.scope.fields.iter().map(part).collect(), named: true }),
        Some(variants) => {
            let shape = |v: &Variant| (v.name.clone(), Shape { parts: v.fields.iter().map(part).collect(), named: v.named });
            tree::of_enum(&variants.iter().map(shape).collect::<Vec<_>>())
        }
    };
    items(model, &quote!(#init #(#functions)*), &tree)
}

/// The items of a model with mistakes. Their functions never run.
pub(crate) fn broken(model: &Model, functions: &TokenStream) -> TokenStream {
    items(model, functions, &tree::none())
}

/// The type, `Tree`, and an `impl` block of functions.
fn items(model: &Model, functions: &TokenStream, tree: &TokenStream) -> TokenStream {
    let Model { attrs, vis, name, params, where_clause, scope, variants, .. } = model;
    let declared = params.iter().map(|p| match p {
        ModelParam::Size(size) => quote!(const #size: usize),
        ModelParam::Type(ty) => quote!(#ty),
    });
    let generics = (!params.is_empty()).then(|| quote!(<#(#declared),*>));
    let names = params.iter().map(|p| match p {
        ModelParam::Size(size) => size,
        ModelParam::Type(ty) => &ty.ident,
    });
    let arguments = (!params.is_empty()).then(|| quote!(<#(#names),*>));
    let declaration = match variants {
        None => {
            let fields = fields(&scope.fields);
            quote!(#vis struct #name #generics #where_clause { #fields })
        }
        Some(variants) => {
            let declared = variants.iter().map(variant);
            quote!(#vis enum #name #generics #where_clause { #(#declared,)* })
        }
    };
    quote! {
        #(#attrs)*
        #[derive(Clone, Debug)]
        #declaration

        impl #generics #name #arguments #where_clause {
            #functions
        }

        impl #generics ::gomlx::Tree for #name #arguments #where_clause {
            #tree
        }
    }
}

fn fields(fields: &[Field]) -> TokenStream {
    let fields = fields.iter().map(|field| {
        let Field { attrs, vis, name, ty, .. } = field;
        quote!(#(#attrs)* #vis #name: #ty)
    });
    quote!(#(#fields,)*)
}

fn variant(variant: &Variant) -> TokenStream {
    let Variant { attrs, name, fields: written, named } = variant;
    let content = match (named, written.is_empty()) {
        (true, _) => {
            let fields = fields(written);
            quote!({ #fields })
        }
        (false, true) => TokenStream::new(),
        (false, false) => {
            let fields = written.iter().map(|Field { attrs, ty, .. }| quote!(#(#attrs)* #ty));
            quote!((#(#fields),*))
        }
    };
    quote!(#(#attrs)* #name #content)
}

fn part(field: &Field) -> Part {
    Part { name: field.name.clone(), ty: field.ty.clone(), state: field.state }
}

/// `init`: the fields in order, each in scope of those after it.
fn init(model: &Model) -> TokenStream {
    let Model { vis, scope, .. } = model;
    // `rng` stays the generator in the values after a field of that name.
    let local = |name: &Ident| if name == "rng" { Ident::new("held", Span::mixed_site()) } else { name.clone() };
    let made = scope.fields.iter().map(|f| match f.name == "rng" {
        true => {
            let (name, local) = (&f.name, local(&f.name));
            quote!(#name: #local)
        }
        false => {
            let name = &f.name;
            quote!(#name)
        }
    });
    let values = scope.fields.iter().map(|field| {
        let (name, ty, value) = (local(&field.name), &field.ty, value(field));
        quote!(let #name: #ty = #value;)
    });
    let about = format!(" A new `{}`, each variable as its initialiser makes it.", model.name);
    quote! {
        #[doc = #about]
        #[allow(unused_variables, dead_code, clippy::let_and_return)]
        #vis fn init(rng: &mut ::gomlx::Rng) -> Self {
            #[allow(unused_imports)]
            use ::gomlx::nn::init::*;
            #(#values)*
            Self { #(#made,)* }
        }
    }
}

fn value(field: &Field) -> TokenStream {
    let Field { ty, tensor, parts, initial, .. } = field;
    let Some(initial) = initial else { return made(ty) };
    let Some(written) = tensor.as_ref().or(parts.as_ref()) else { return quote!(#initial) };
    let element = &written.element;
    let dims = written.dims.iter().map(|d| d.value(&|name| quote!(#name)));
    if tensor.is_some() {
        let span = syn::spanned::Spanned::span(initial);
        let init = quote::quote_spanned!(span=> ::gomlx::nn::init::Initializer::init::<#element>);
        return quote!(#init(&#initial, &[#(#dims),*], rng));
    }
    // `None` alone does not say the type of the missing value.
    if matches!(initial, Expr::Path(path) if path.path.segments.last().is_some_and(|s| s.ident == "None")) {
        return quote!(#initial);
    }
    quote!(::gomlx::nn::init::Initializers::init_all::<#element>(#initial, &[#(#dims),*], rng))
}

/// The first value of a part without an initialiser: a model, or an array, a tuple or a box of models.
fn made(ty: &Type) -> TokenStream {
    match ty {
        Type::Array(array) => {
            let value = made(&array.elem);
            quote!(::core::array::from_fn(|_| #value))
        }
        Type::Tuple(tuple) => {
            let values = tuple.elems.iter().map(made);
            quote!((#(#values,)*))
        }
        Type::Paren(inner) => made(&inner.elem),
        Type::Path(path) if path.path.segments.last().is_some_and(|s| s.ident == "Box") => {
            let inner = path.path.segments.last().and_then(|s| match &s.arguments {
                syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                    Some(syn::GenericArgument::Type(ty)) => Some(made(ty)),
                    _ => None,
                },
                _ => None,
            });
            inner.map_or_else(|| quote!(<#ty>::init(rng)), |inner| quote!(::std::boxed::Box::new(#inner)))
        }
        _ => quote!(<#ty>::init(rng)),
    }
}
